"""The words by which teachers head the column of names in their own tables."""

from __future__ import annotations

from keqiao.base.rows import Column

COLUMNS = (Column("called", ("姓名", "学生姓名", "学生", "称呼", "name"), is_required=True),)
