{{ union_senders('quote_lines') }}
