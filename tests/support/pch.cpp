// What the precompiled header of the tests is made with; nothing else is in it.
