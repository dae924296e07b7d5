"""From a tutorial's script to a published page, in four steps with plain inputs and outputs.

    source.py       reads `tutorials_src/NN_name.py` into a `PageSource`
    execution.py    runs its cells in a fresh kernel and returns their outputs
    rendering.py    turns cells and outputs into Material's Markdown and figure files
    notebook.py     writes the notebook that readers download

`fingerprint.py` says what can change a page's outputs, `cache.py` keeps them under that fingerprint,
`builder.py` joins the first two steps, `publishing.py` the others, `background.py` runs pages beside
`mkdocs serve`, `figures.py` draws the light and the dark variant, `mathematics.py` turns TeX into MathML,
`places.py` adds lines to MkDocs' warnings. None imports MkDocs: `../mkdocs_hook.py` does.
"""
