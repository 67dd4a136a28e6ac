{{ union_senders('order_lines', recorded_on='coalesce(recorded_on, effective_on)') }}
