"""Text, pictures and tables that several packages write.

- `markdown`: tables of a data set card.
- `plots`: PNG pictures of a data set card.
- `score_curve`: the score curve of one question as SVG.
- `label_positions`: places labels of a drawing without overlap.
- `page_style`: the CSS of HTML reports.
- `spreadsheet`: CSV for spreadsheet programs.
- `counts`: the order of counts in a table.
"""

from mmego.reporting.counts import commonest
from mmego.reporting.markdown import cell, counts_table, label, page_text, percent, table, untagged
from mmego.reporting.spreadsheet import read_rows, read_verdict, write_rows

__all__ = [
    "cell",
    "commonest",
    "counts_table",
    "label",
    "page_text",
    "percent",
    "read_rows",
    "read_verdict",
    "table",
    "untagged",
    "write_rows",
]
