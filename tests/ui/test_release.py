"""What a release carries: archives that come out the same twice, one version everywhere, a bill of materials, schemas for everybody."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import jsonschema_rs
import pytest
import report_year
import yaml
from browser import chromium
from packaging.requirements import Requirement

from perfxl.model import documents
from perfxl.model.version import __version__

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAMES = ("objective", "plan", "return", "consolidated", "findings")


def run(*arguments, **given) -> str:
    done = subprocess.run([sys.executable, "-m", *map(str, arguments)], capture_output=True, text=True, **given)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def sources(folder: Path) -> Path:
    """A copy of what the archives are made of, its files touched now."""
    for name in ("perfxl", "schemas", "workbooks", "tests", "docs", "benchmarks", ".ci"):
        shutil.copytree(ROOT / name, folder / name, copy_function=shutil.copy, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "SECURITY.md", "publiccode.yml", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The archives by file name, made twice in two places; the paths of the first."""
    made = []
    for k in range(2):
        source, out = sources(tmp_path_factory.mktemp(f"source{k}")), tmp_path_factory.mktemp(f"dist{k}")
        run("build", "--no-isolation", "--outdir", out, source, env={**os.environ, "SOURCE_DATE_EPOCH": "1770000000"})
        made.append({p.name: p for p in out.iterdir()})
    return made


def test_the_archives_come_out_the_same_twice(built):
    one, other = ({name: path.read_bytes() for name, path in made.items()} for made in built)
    assert set(one) == {f"perfxl-{__version__}-py3-none-any.whl", f"perfxl-{__version__}.tar.gz"}
    assert one == other


def test_the_archives_are_sound_for_the_package_index(built):
    first, _ = built
    assert run("twine", "check", "--strict", *first.values()).count("PASSED") == 2


def test_the_archives_hold_what_they_need_and_nothing_of_the_developers(built):
    names = {kind: names for kind, names in (
        ("wheel", zipfile.ZipFile(next(p for n, p in built[0].items() if n.endswith(".whl"))).namelist()),
        ("sdist", tarfile.open(next(p for n, p in built[0].items() if n.endswith(".gz"))).getnames()))}
    for needed in ("perfxl/model/schemas/plan.schema.json", "perfxl/stages/publish/page/page.html", "perfxl/stages/publish/page/page.css",
                   "perfxl/model/texts/page.toml", "perfxl/model/guide/guida.md"):
        assert [n for n in names["wheel"] if n == needed], needed
    for needed in ("CHANGELOG.md", "SECURITY.md", "publiccode.yml", "LICENSE", "tests/ui/test_release.py"):
        assert f"perfxl-{__version__}/{needed}" in names["sdist"]
    assert not [n for n in names["wheel"] if n.startswith(("tests", "docs"))] and not [n for found in names.values() for n in found if "__pycache__" in n]


def test_the_version_stands_in_one_place():
    assert "version" not in PROJECT and PROJECT["dynamic"] == ["version"]
    heads = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert __version__ in heads[:2] and heads == ["Unreleased", *heads[1:]]
    assert described()["softwareVersion"] == __version__


def described() -> dict:
    return yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))


def test_publiccode_has_what_the_catalogue_asks_for():
    told = described()
    assert {"publiccodeYmlVersion", "name", "platforms", "categories", "developmentStatus", "softwareType", "description", "legal", "maintenance",
            "localisation", "it"} <= told.keys()
    assert set(told["description"]) == set(told["localisation"]["availableLanguages"]) == {"it", "en"}
    for words in told["description"].values():
        assert len(words["shortDescription"]) <= 150 and 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"] and all(len(f) <= 100 for f in words["features"])
    known = (ROOT / "tests/data/publiccode-categories.txt").read_text().split()  # the vocabulary of publiccode.yml
    assert set(told["categories"]) <= set(known) and told["categories"]
    assert told["legal"]["license"] == PROJECT["license"] and told["maintenance"]["contacts"]
    assert told["dependsOn"]["open"][0]["versionMin"] == PROJECT["requires-python"].removeprefix(">=")


@pytest.fixture
def alone(tmp_path):
    """An interpreter that sees perfxl and what it needs, and nothing of the tests."""
    venv.create(tmp_path / "alone", with_pip=False)
    place, = (tmp_path / "alone").glob("lib/python*/site-packages")
    for name in _closure(PROJECT["dependencies"]):
        told = Path(str(distribution(name)._path))
        (place / told.name).symlink_to(told)
    return tmp_path / "alone" / "bin" / "python"


def test_the_bill_of_materials_names_everything_that_is_installed_with_it(tmp_path, alone):
    made = tmp_path / "bill.json"
    run("cyclonedx_py", "environment", "--pyproject", ROOT / "pyproject.toml", "--output-reproducible", "--of", "JSON", "-o", made, alone)
    bill = json.loads(made.read_bytes())
    found = {re.sub(r"[-_.]+", "-", c["name"]).lower(): c["version"] for c in bill["components"]}
    assert bill["bomFormat"] == "CycloneDX" and found == _closure(PROJECT["dependencies"])


def _closure(requirements) -> dict[str, str]:
    """Every installed package that ``requirements`` need, directly or not, with its version."""
    found, waiting = {}, [Requirement(r) for r in requirements]
    while waiting:
        wanted = waiting.pop()
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if name in found or wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            installed = distribution(wanted.name)
        except PackageNotFoundError:
            raise AssertionError(f"{wanted} is not installed") from None
        assert installed.version in wanted.specifier, f"{wanted} but {installed.version} is installed"
        found[name] = installed.version
        waiting += [Requirement(r) for r in installed.requires or ()]
    return found


def test_every_bound_is_a_lower_bound():
    for text in (*PROJECT["dependencies"], *(r for extra in PROJECT["optional-dependencies"].values() for r in extra)):
        assert [s.operator for s in Requirement(text).specifier] == [">="], text


def cases() -> list[tuple[str, dict, bool]]:
    """(schema, document, whether it is valid), as other programs would send them."""
    plan, year = (json.loads(documents.dumps(report_year.document(r))) for r in ("plan", "final"))
    found = [("plan", plan["content"], True), ("plan", year["content"], True), ("consolidated", year, True), ("plan", {}, False)]
    for value in ("", "   ", "a\x07b", "a\nb"):
        found.append(("plan", {**plan["content"], "body": {**plan["content"]["body"], "name": value}}, False))
    for value in ("À", "  due parole ", "\u00a0x", "è 😀"):
        found.append(("plan", {**plan["content"], "body": {**plan["content"]["body"], "name": value}}, True))
    found.append(("plan", {**plan["content"], "x": 1}, False))
    return found


def test_the_schemas_promise_no_site():
    for name in NAMES:
        assert documents.schema(name)["$id"] == f"{name}.schema.json"
        assert set(re.findall(r"https?://[^\"]*", json.dumps(documents.schema(name)))) <= {"https://json-schema.org/draft/2020-12/schema"}


@pytest.mark.parametrize("name", NAMES)
def test_the_patterns_are_those_that_every_program_reads(name):
    patterns = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', (Path(documents.resources.folder("schemas")) / f"{name}.schema.json").read_text(encoding="utf-8"))
    for text in map(json.loads, patterns):
        assert not re.search(r"\(\?[=!<]|\\u[dD][89a-fA-F]|\\[1-9]|\\[AZbpP]", text), text


def test_jsonschema_rs_accepts_the_schemas_and_says_the_same():
    registry = jsonschema_rs.Registry([(f"json-schema:///{n}.schema.json", documents.schema(n)) for n in NAMES])
    made = {n: jsonschema_rs.Draft202012Validator(documents.schema(n), registry=registry, validate_formats=True) for n in NAMES}
    assert [made[name].is_valid(document) for name, document, _ in cases()] == [valid for *_, valid in cases()]


def test_ajv_accepts_the_schemas_and_says_the_same():
    with chromium() as browser:
        page = browser.new_page()
        page.add_script_tag(content=(ROOT / "tests" / "data" / "ajv2020.min.js").read_text(encoding="utf-8"))
        told = page.evaluate("""([schemas, cases]) => {
            const ajv = new ajv2020({strict: true, strictRequired: false, strictTypes: false, allErrors: true, formats: {date: /^\\d{4}-\\d\\d-\\d\\d$/, email: /@/}});
            ajv.addVocabulary([...new Set(JSON.stringify(schemas).match(/"x-[a-z-]+"/g).map(k => k.slice(1, -1)))]);
            schemas.forEach(s => ajv.addSchema(s));
            return cases.map(([name, document]) => ajv.getSchema(`${name}.schema.json`)(document));
        }""", [[documents.schema(n) for n in NAMES], [[n, d] for n, d, _ in cases()]])
    assert told == [valid for *_, valid in cases()]


def test_jsonschema_says_the_same():
    assert [not list(documents.violations(name, documents.loads(json.dumps(document)))) for name, document, _ in cases()] == [v for *_, v in cases()]


@pytest.mark.parametrize("text", ['"\\ud800"', '{"\\udfff": 1}', '["a\\uD83Dz"]'])
def test_half_a_character_is_refused_when_it_is_read(text):
    for given in (text, text.encode()):
        with pytest.raises(ValueError):
            documents.loads(given)
    assert documents.loads('"\\ud83d\\ude00"') == "😀" and documents.loads('{"a": 1.50}') == {"a": Decimal("1.50")}
