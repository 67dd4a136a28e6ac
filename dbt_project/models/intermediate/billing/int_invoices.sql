{{ union_senders('invoices') }}
