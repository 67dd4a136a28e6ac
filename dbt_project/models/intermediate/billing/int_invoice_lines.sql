{{ union_senders('invoice_lines') }}
