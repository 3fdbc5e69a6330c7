"""Writes small-1.0-py3-none-any.whl."""

import zipfile

INFO = "small-1.0.dist-info/"
with zipfile.ZipFile("small-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("small/__init__.py", "x = 1\n")
    wheel.writestr("small/data.txt", "data\n")
    wheel.writestr(INFO + "METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n")
    wheel.writestr(INFO + "WHEEL",
                   "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(INFO + "RECORD",
                   "small/__init__.py,,\nsmall/data.txt,,\n" + INFO + "METADATA,,\n" + INFO +
                   "WHEEL,,\n" + INFO + "RECORD,,\n")
