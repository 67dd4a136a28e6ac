{{ union_senders('payments', recorded_on='coalesce(recorded_on, paid_on)') }}
