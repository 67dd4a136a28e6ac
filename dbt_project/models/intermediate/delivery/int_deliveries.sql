{{ union_senders('deliveries', recorded_on='coalesce(recorded_on, delivered_on)') }}
