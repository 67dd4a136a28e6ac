{{ union_senders('costs', recorded_on='coalesce(recorded_on, cost_on)') }}
