select! { @main v = <-jobs => v, }
