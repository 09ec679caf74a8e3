#!/usr/bin/env python3
"""Writes Sources/Trading/Money/Currency+table.swift from ISO 4217 list one.

Usage: scripts/generate-currencies.py LIST-ONE.XML > Sources/Trading/Money/Currency+table.swift

The XML is the maintenance agency's "Current currency & funds code list" (https://www.six-group.com, ISO 4217, list one). It has one
entry per country, so a currency stands in it many times; all of them must agree. Codes without a minor unit (metals, the SDR, the
test code) are left out: an amount in them has no smallest unit, so they cannot be money here.
"""
import re
import sys
import xml.etree.ElementTree as tree


def currencies(root):
    """The rows (code, number, exponent) in the order of the codes."""
    rows = {}
    for entry in root.iter("CcyNtry"):
        code = entry.findtext("Ccy")
        if code is None:
            continue
        row = (entry.findtext("CcyNbr"), entry.findtext("CcyMnrUnts"))
        if rows.setdefault(code, row) != row:
            sys.exit(f"{code} has two rows that differ: {rows[code]} and {row}")
    usable = []
    for code, (number, units) in sorted(rows.items()):
        if units == "N.A.":
            continue
        if not (re.fullmatch("[A-Z]{3}", code) and re.fullmatch("[0-9]{3}", number) and re.fullmatch("[0-4]", units)):
            sys.exit(f"{code} has a row that cannot be read: {number}, {units}")
        usable.append((code, int(number), int(units)))
    return usable


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root = tree.parse(sys.argv[1]).getroot()
    rows = currencies(root)
    print(f"// Made by scripts/generate-currencies.py from ISO 4217 list one, published {root.get('Pblshd')}. Do not edit.")
    print()
    print("extension Currency {")
    print("    /// Every currency that has a minor unit, in the order of the codes: code, number, exponent.")
    print("    static let table: [Currency] = [")
    for code, number, exponent in rows:
        print(f'        Currency(row: "{code}", {number}, {exponent}),')
    print("    ]")
    print("}")


if __name__ == "__main__":
    main()
