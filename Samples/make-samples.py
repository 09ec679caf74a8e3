#!/usr/bin/env python3
"""Makes the files of this folder from UCI Online Retail.

usage: Samples/make-samples.py online_retail.csv[.gz|.xz] [--day 2010-12-01] [--out Samples]

The source's columns are InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country, dates as
2010-12-01 08:26:00, prices in GBP. README.md beside this file says what is kept and what is changed.
"""

import argparse
import collections
import csv
import gzip
import io
import lzma
import re
from decimal import Decimal
from pathlib import Path

# Codes for postage, fees, samples, vouchers, manual entries and a test range: charges, not products.
NOT_PRODUCTS = re.compile(r"(POST|DOT|M|m|D|S|C2|B|PADS|AMAZONFEE|CRUK|BANK CHARGES|gift_.*|DCGS.*)")
PENNY = Decimal("0.01")

# The source has no categories. The first row with one of its words in the name gives a product's category.
CATEGORIES = [
    ("seasonal/christmas", "CHRISTMAS XMAS ADVENT SANTA REINDEER BAUBLE SNOWFLAKE"),
    ("seasonal/easter", "EASTER"),
    ("jewellery", "NECKLACE BRACELET EARRING EARRINGS BROOCH RING HAIRCLIP BANGLE"),
    ("lighting", "T-LIGHT CANDLE CANDLES LANTERN LIGHT LIGHTS LAMP CANDLEHOLDER CANDLESTICK"),
    ("bags", "BAG BAGS PURSE HANDBAG SHOPPER RUCKSACK"),
    ("kitchen", "MUG CUP CUPS TEACUP TEAPOT BOWL PLATE PLATES JAR CAKE CAKESTAND BAKING JUG KITCHEN SPOON TRAY LUNCH BOTTLE"),
    ("stationery", "CARD CARDS NOTEBOOK PENCIL PENCILS PEN STICKERS WRAP PAPER POSTCARD CHALK RUBBER TISSUE TISSUES ENVELOPE"),
    ("garden", "GARDEN PLANTER BIRDHOUSE WATERING FLOWER PLANT HERB PICNIC PARASOL"),
    ("toys", "TOY TOYS GAME DOLL SKITTLES JIGSAW PUZZLE PLAYING CHILDREN CHILDRENS CHILDS SPACEBOY DOLLY KIDS"),
    ("home", "CUSHION CLOCK FRAME MIRROR DOORMAT HOOK HANGER SIGN DRAWER CABINET CHAIR WICKER BASKET BOX TIN WALL DOOR"),
]


def source(path: Path) -> csv.DictReader:
    """The rows of a plain, gzip or xz file."""
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(path.suffix, open)
    return csv.DictReader(opener(path, "rt", encoding="utf-8", newline=""))


def most_frequent(counted: collections.Counter):
    """The value seen most often; of several, the smallest, so that the result does not depend on order."""
    return min(counted, key=lambda value: (-counted[value], value))


def category(name: str) -> str:
    """The category of the first row with a word of the name, or none."""
    words = set(re.split(r"[^A-Z-]+", name.upper()))
    return next((found for found, known in CATEGORIES if words & set(known.split())), "")


def catalogue(rows) -> list[list[str]]:
    """One product for each code that was sold at a price of whole pence, by code."""
    names = collections.defaultdict(collections.Counter)
    prices = collections.defaultdict(collections.Counter)
    for row in rows:
        code, price = row["StockCode"], Decimal(row["UnitPrice"])
        if NOT_PRODUCTS.fullmatch(code) or int(row["Quantity"]) <= 0 or price < PENNY or price % PENNY:
            continue
        names[code][row["Description"].strip()] += 1
        prices[code][price] += 1
    products = []
    for code in sorted(prices):
        name = most_frequent(names[code])
        products.append([code, name, str(most_frequent(prices[code]).quantize(PENNY)), "GBP", category(name)])
    return products


def write_csv(stream, header, rows):
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("source", type=Path)
    arguments.add_argument("--day", default="2010-12-01")
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent)
    options = arguments.parse_args()

    reader = source(options.source)
    rows = list(reader)
    with open(options.out / "catalogue.csv", "w", encoding="utf-8", newline="") as stream:
        write_csv(stream, ["sku", "name", "price", "currency", "categories"], catalogue(rows))

    text = io.StringIO()
    write_csv(text, reader.fieldnames, (row.values() for row in rows if row["InvoiceDate"].startswith(options.day)))
    # No name and no time in the header: the same rows give the same file.
    packed = gzip.compress(text.getvalue().encode("utf-8"), compresslevel=9, mtime=0)
    (options.out / f"orders-{options.day}.csv.gz").write_bytes(packed)


if __name__ == "__main__":
    main()
