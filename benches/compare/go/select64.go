package main

func select64(messages int) int {
	var all [64]chan int
	producers(all[:], messages)
	count := 0
	for left := 64; left > 0; {
		select {
		case _, ok := <-all[0]:
			if !ok {
				all[0] = nil
				left--
				continue
			}
		case _, ok := <-all[1]:
			if !ok {
				all[1] = nil
				left--
				continue
			}
		case _, ok := <-all[2]:
			if !ok {
				all[2] = nil
				left--
				continue
			}
		case _, ok := <-all[3]:
			if !ok {
				all[3] = nil
				left--
				continue
			}
		case _, ok := <-all[4]:
			if !ok {
				all[4] = nil
				left--
				continue
			}
		case _, ok := <-all[5]:
			if !ok {
				all[5] = nil
				left--
				continue
			}
		case _, ok := <-all[6]:
			if !ok {
				all[6] = nil
				left--
				continue
			}
		case _, ok := <-all[7]:
			if !ok {
				all[7] = nil
				left--
				continue
			}
		case _, ok := <-all[8]:
			if !ok {
				all[8] = nil
				left--
				continue
			}
		case _, ok := <-all[9]:
			if !ok {
				all[9] = nil
				left--
				continue
			}
		case _, ok := <-all[10]:
			if !ok {
				all[10] = nil
				left--
				continue
			}
		case _, ok := <-all[11]:
			if !ok {
				all[11] = nil
				left--
				continue
			}
		case _, ok := <-all[12]:
			if !ok {
				all[12] = nil
				left--
				continue
			}
		case _, ok := <-all[13]:
			if !ok {
				all[13] = nil
				left--
				continue
			}
		case _, ok := <-all[14]:
			if !ok {
				all[14] = nil
				left--
				continue
			}
		case _, ok := <-all[15]:
			if !ok {
				all[15] = nil
				left--
				continue
			}
		case _, ok := <-all[16]:
			if !ok {
				all[16] = nil
				left--
				continue
			}
		case _, ok := <-all[17]:
			if !ok {
				all[17] = nil
				left--
				continue
			}
		case _, ok := <-all[18]:
			if !ok {
				all[18] = nil
				left--
				continue
			}
		case _, ok := <-all[19]:
			if !ok {
				all[19] = nil
				left--
				continue
			}
		case _, ok := <-all[20]:
			if !ok {
				all[20] = nil
				left--
				continue
			}
		case _, ok := <-all[21]:
			if !ok {
				all[21] = nil
				left--
				continue
			}
		case _, ok := <-all[22]:
			if !ok {
				all[22] = nil
				left--
				continue
			}
		case _, ok := <-all[23]:
			if !ok {
				all[23] = nil
				left--
				continue
			}
		case _, ok := <-all[24]:
			if !ok {
				all[24] = nil
				left--
				continue
			}
		case _, ok := <-all[25]:
			if !ok {
				all[25] = nil
				left--
				continue
			}
		case _, ok := <-all[26]:
			if !ok {
				all[26] = nil
				left--
				continue
			}
		case _, ok := <-all[27]:
			if !ok {
				all[27] = nil
				left--
				continue
			}
		case _, ok := <-all[28]:
			if !ok {
				all[28] = nil
				left--
				continue
			}
		case _, ok := <-all[29]:
			if !ok {
				all[29] = nil
				left--
				continue
			}
		case _, ok := <-all[30]:
			if !ok {
				all[30] = nil
				left--
				continue
			}
		case _, ok := <-all[31]:
			if !ok {
				all[31] = nil
				left--
				continue
			}
		case _, ok := <-all[32]:
			if !ok {
				all[32] = nil
				left--
				continue
			}
		case _, ok := <-all[33]:
			if !ok {
				all[33] = nil
				left--
				continue
			}
		case _, ok := <-all[34]:
			if !ok {
				all[34] = nil
				left--
				continue
			}
		case _, ok := <-all[35]:
			if !ok {
				all[35] = nil
				left--
				continue
			}
		case _, ok := <-all[36]:
			if !ok {
				all[36] = nil
				left--
				continue
			}
		case _, ok := <-all[37]:
			if !ok {
				all[37] = nil
				left--
				continue
			}
		case _, ok := <-all[38]:
			if !ok {
				all[38] = nil
				left--
				continue
			}
		case _, ok := <-all[39]:
			if !ok {
				all[39] = nil
				left--
				continue
			}
		case _, ok := <-all[40]:
			if !ok {
				all[40] = nil
				left--
				continue
			}
		case _, ok := <-all[41]:
			if !ok {
				all[41] = nil
				left--
				continue
			}
		case _, ok := <-all[42]:
			if !ok {
				all[42] = nil
				left--
				continue
			}
		case _, ok := <-all[43]:
			if !ok {
				all[43] = nil
				left--
				continue
			}
		case _, ok := <-all[44]:
			if !ok {
				all[44] = nil
				left--
				continue
			}
		case _, ok := <-all[45]:
			if !ok {
				all[45] = nil
				left--
				continue
			}
		case _, ok := <-all[46]:
			if !ok {
				all[46] = nil
				left--
				continue
			}
		case _, ok := <-all[47]:
			if !ok {
				all[47] = nil
				left--
				continue
			}
		case _, ok := <-all[48]:
			if !ok {
				all[48] = nil
				left--
				continue
			}
		case _, ok := <-all[49]:
			if !ok {
				all[49] = nil
				left--
				continue
			}
		case _, ok := <-all[50]:
			if !ok {
				all[50] = nil
				left--
				continue
			}
		case _, ok := <-all[51]:
			if !ok {
				all[51] = nil
				left--
				continue
			}
		case _, ok := <-all[52]:
			if !ok {
				all[52] = nil
				left--
				continue
			}
		case _, ok := <-all[53]:
			if !ok {
				all[53] = nil
				left--
				continue
			}
		case _, ok := <-all[54]:
			if !ok {
				all[54] = nil
				left--
				continue
			}
		case _, ok := <-all[55]:
			if !ok {
				all[55] = nil
				left--
				continue
			}
		case _, ok := <-all[56]:
			if !ok {
				all[56] = nil
				left--
				continue
			}
		case _, ok := <-all[57]:
			if !ok {
				all[57] = nil
				left--
				continue
			}
		case _, ok := <-all[58]:
			if !ok {
				all[58] = nil
				left--
				continue
			}
		case _, ok := <-all[59]:
			if !ok {
				all[59] = nil
				left--
				continue
			}
		case _, ok := <-all[60]:
			if !ok {
				all[60] = nil
				left--
				continue
			}
		case _, ok := <-all[61]:
			if !ok {
				all[61] = nil
				left--
				continue
			}
		case _, ok := <-all[62]:
			if !ok {
				all[62] = nil
				left--
				continue
			}
		case _, ok := <-all[63]:
			if !ok {
				all[63] = nil
				left--
				continue
			}
		}
		count++
	}
	check(count == messages)
	return messages
}
