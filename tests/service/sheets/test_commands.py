"""The commands of `tracker` about spreadsheets, run as a user runs them."""

import openpyxl

from tests.service.commands import run

RETURNS = """Organisation;Measure;Value;Period
NHS Kent and Medway ICB;Trained mentors;60;Q4 2024/25
NHS Kent and Medway ICB;General practices;1,750;Q4 2024/25
"""


async def test_a_dry_run_says_what_is_wrong_and_an_import_takes_what_is_right(server, seeded, tmp_path):
    file = tmp_path / "returns.csv"
    file.write_text(RETURNS, encoding="utf-8-sig")
    async with server.copy(seeded) as url:
        rehearsed = run("import", str(file), "--name", "Ada", "--dry-run", DATABASE_URL=url)
        refused = run("import", str(file), "--name", "Ada", DATABASE_URL=url)
        taken = run("import", str(file), "--name", "Ada", "--take", "right", DATABASE_URL=url)
    assert rehearsed.stdout.splitlines()[0] == "2024-25-Q4, QKS: 2 answers, 1 right, 0 left empty."
    assert "'1,750' as 1750 (CSV C3)" in rehearsed.stdout
    assert "CSV C3: General practices, NHS Kent and Medway Integrated Care Board" in rehearsed.stdout
    assert "If it is published: 1 new, 0 changed, 0 the same, 1 not taken." in rehearsed.stdout
    assert rehearsed.stdout.endswith("Nothing was changed: this was a dry run.\n")
    assert (refused.returncode, "upload/open-findings" in refused.stderr) == (1, True)
    assert taken.stdout.endswith("The submission is published: 1 new, 0 changed, 0 the same, 1 left out.\n")


async def test_a_template_is_written_filled_in_and_answered(server, seeded, tmp_path):
    file, answer = tmp_path / "practice.xlsx", tmp_path / "answer.xlsx"
    async with server.copy(seeded) as url:
        made = run("template", "2024-25-Q4", "--organisation", "G82002", "--output", str(file), DATABASE_URL=url)
        book = openpyxl.load_workbook(file)
        [value] = [cell.column for cell in book["Practices"][4] if cell.value == "Value"]
        book["Practices"].cell(5, value).value = "perhaps"
        book.save(file)
        said = run("import", str(file), "--name", "Ada", "--dry-run", "--answer", str(answer), DATABASE_URL=url)
    assert made.stdout == f"2 questions in {file}.\n"
    assert said.stdout.splitlines()[0] == "2024-25-Q4, G82002: 1 answer, 0 right, 1 left empty."
    assert openpyxl.load_workbook(answer)["Practices"].cell(5, 14).value == "I5: 'perhaps' is neither yes nor no."
