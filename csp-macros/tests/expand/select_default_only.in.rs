select! { default => 3 }
