"""What `deskhand taxid` says of made-up numbers, beside what python-stdnum says of them.

usage: stdnum_cross_check.py DESKHAND NUMBERS-PER-FORMAT SEED

The numbers go through `deskhand taxid --vectors` as vectors that expect stdnum's verdict, so a miss is a
disagreement. Known ones are python-stdnum's own: each has its reason below. Any other ends with 1.
"""
import json
import random
import string
import subprocess
import sys
import tempfile
from collections import Counter

from stdnum import bic, ean, iban, luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError
from stdnum.tw import ubn

deskhand, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = random.Random(seed)
digits = string.digits
letters = string.ascii_uppercase


def some(alphabet: str, length: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(length))


def spoilt(number: str, alphabet: str) -> str:
    """One character changed, two swapped, one lost or one too many; sometimes none."""
    at = rng.randrange(len(number))
    other = rng.randrange(len(number))
    kind = rng.randrange(5)
    if kind == 0:
        return number
    if kind == 1:
        return number[:at] + rng.choice(alphabet) + number[at + 1:]
    if kind == 2:
        chars = list(number)
        chars[at], chars[other] = chars[other], chars[at]
        return "".join(chars)
    return number[:at] + number[at + 1:] if kind == 3 else number[:at] + rng.choice(alphabet) + number[at:]


def organisation_check(body: str) -> str:
    """The check character of GB 11714, which stdnum does not test."""
    values = [int(c, 36) for c in body]
    rest = 11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def credit_code() -> str:
    kind = rng.choice(["91", "92", "93", "11", "12", "51", "52", "A1", "N1", "Y1"])
    body = some(uscc._alphabet, 8)
    # Half of them carry the organisation code's own check, as every real one does.
    ninth = organisation_check(body) if rng.random() < 0.5 else some(digits, 1)
    head = kind + rng.choice(["110000", "310115", "440300", "330106", "100000"]) + body + ninth
    return head + uscc.calc_check_digit(head)


def resident() -> str:
    head = rng.choice(["110101", "440301", "310115", "330106", "510104"])
    head += f"{rng.randrange(1935, 2024)}{rng.randrange(1, 13):02}{rng.randrange(1, 32):02}" + some(digits, 3)
    return head + ric.calc_check_digit(head + "0")  # it leaves the last character out itself


def business() -> str:
    while True:
        number = some(digits, 8)
        if ubn.calc_checksum(number) == 0 or rng.random() < 0.02:
            return number


def account() -> str:
    country, shape = rng.choice([("DE", "d18"), ("GB", "l4d14"), ("FR", "d10l11d2"), ("NL", "l4d10"), ("CH", "d17")])
    body, rest = "", shape
    while rest:
        alphabet = digits if rest[0] == "d" else letters
        length = "".join(c for c in rest[1:3] if c.isdigit())
        body += some(alphabet, int(length))
        rest = rest[1 + len(length):]
    return country + iban.calc_check_digits(country + "00" + body) + body


def bank() -> str:
    return some(letters, 4) + rng.choice(["HK", "CN", "TW", "GB", "DE", "US"]) + some(letters + digits, rng.choice([2, 5]))


def article() -> str:
    body = some(digits, rng.choice([7, 11, 12, 13]))
    return body + ean.calc_check_digit(body)


def card() -> str:
    body = rng.choice(["62", "4", "51", "35"]) + some(digits, rng.choice([13, 14, 16]))
    return body + luhn.calc_check_digit(body)


def organisation_differs(number: str) -> bool:
    return len(number) == 18 and organisation_check(number[8:16]) != number[16]


#   our format: (maker, alphabet, stdnum's module, known disagreements as
#   (reason, what stdnum says, test of the number))
FORMATS = {
    "cn.uscc": (credit_code, digits + letters, uscc, [
        ("stdnum wants digits in the first two places, where A, N and Y stand for real bodies", False,
         lambda n: not n[:2].isdigit()),
        ("stdnum does not test the organisation code's check character", True, organisation_differs),
    ]),
    "cn.resident_id": (resident, digits + "X", ric, [
        ("stdnum refuses people whose county code is younger than they are, or not in its table", False,
         lambda n: ric.calc_check_digit(n) == n[-1]),
        ("stdnum takes people born long ago, or in years to come", True, lambda n: not "1900" <= n[6:10] <= "2026"),
    ]),
    "tw.ubn": (business, digits, ubn, [
        ("stdnum 2.2 divides by 10; the rule since 2023-04-01 divides by 5", False, lambda n: len(n) == 8),
    ]),
    "bank.iban": (account, digits + letters, iban, [
        ("stdnum lets letters stand for check digits", True, lambda n: not n[2:4].isdigit()),
    ]),
    "bank.bic": (bank, digits + letters, bic, []),
    "gs1.gtin": (article, digits, ean, []),
    "bank.card": (card, digits, luhn, [
        ("stdnum's Luhn module knows no length", True, lambda n: not 15 <= len(n) <= 19),
    ]),
}


def says(module, number: str) -> bool:
    try:
        module.validate(number)
        return True
    except (ValidationError, KeyError):  # its table of counties has rows without a county
        return False


unexplained = 0
for name, (make, alphabet, module, known) in FORMATS.items():
    numbers = [spoilt(make(), alphabet) for _ in range(count)]
    verdicts = [says(module, number) for number in numbers]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([{"format": name, "input": n, "valid": v} for n, v in zip(numbers, verdicts)], file)
        file.flush()
        out = subprocess.run([deskhand, "--json", "taxid", "--vectors", file.name], capture_output=True, text=True)
    rows = [json.loads(line) for line in out.stdout.splitlines()]
    reasons: Counter[str] = Counter()
    odd = []
    for miss in rows[:-1]:
        number = numbers[miss["row"] - 1]
        reason = next(
            (reason for reason, verdict, is_it in known
             if verdict == verdicts[miss["row"] - 1] and is_it(number)), None)
        if reason:
            reasons[reason] += 1
        else:
            odd.append(miss["text"])
    unexplained += len(odd)
    print(f"{name}: {count} numbers, {sum(verdicts)} valid to stdnum, {rows[-1]['passed']} agreed, {len(odd)} unexplained")
    for reason, times in reasons.items():
        print(f"  {times} times: {reason}")
    for text in odd[:5]:
        print(f"  ? {text}")
sys.exit(1 if unexplained else 0)
