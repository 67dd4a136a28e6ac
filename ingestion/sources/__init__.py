"""One module or package per sender, each exposing one `SOURCE`; `ingestion.source.discover` finds them."""
