"""Files that people print or calculate with: PDF by fpdf2 with the bundled typeface, XLSX by xlsxwriter."""

from collections.abc import Sequence

from domain.shared.documents import Paper, PaperTable


class Office:
    """The port of `domain.shared.documents`. The libraries are loaded when the first file is made."""

    def pdf(self, paper: Paper) -> bytes:
        """The paper, A4 and upright."""
        from integrations.documents.printing import print_paper

        return print_paper(paper)

    def workbook(self, tables: Sequence[PaperTable]) -> bytes:
        """One sheet a table."""
        from integrations.documents.spreadsheet import write_workbook

        return write_workbook(tables)
