#!/usr/bin/env python3
"""Writes Sources/Trading/Deliveries/Country+table.swift from ISO 3166-1.

Usage: scripts/generate-countries.py ISO_3166-1.JSON > Sources/Trading/Deliveries/Country+table.swift

The JSON is that of Debian's package iso-codes (/usr/share/iso-codes/json/iso_3166-1.json), which is also in pycountry on PyPI.
"""
import json
import re
import sys


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        codes = sorted(entry["alpha_2"] for entry in json.load(file)["3166-1"])
    if len(set(codes)) != len(codes) or not all(re.fullmatch("[A-Z]{2}", code) for code in codes):
        sys.exit("a code stands twice or is not two capitals")
    print("// Made by scripts/generate-countries.py from ISO 3166-1 as in Debian's iso-codes. Do not edit.")
    print()
    print("extension Country {")
    print("    /// Every assigned two-letter code, in order.")
    print("    static let table = [")
    for start in range(0, len(codes), 16):
        print("        " + ", ".join(f'"{code}"' for code in codes[start:start + 16]) + ",")
    print("    ]")
    print("}")


if __name__ == "__main__":
    main()
