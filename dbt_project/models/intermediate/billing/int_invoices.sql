{{ union_senders('invoices', recorded_on='coalesce(recorded_on, issued_on)') }}
