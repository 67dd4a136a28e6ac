{{ union_senders('orders', recorded_on='signed_on') }}
