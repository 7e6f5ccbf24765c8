// What a descriptor can't hold of CD-Text.
#pragma once

#include "operations/loss_account.h"
#include "pregap/disc.h"

namespace pregap::operations {

// `target` is the disc as its descriptor will be written.
void add_text_losses(Account& account, const Disc& source, const Disc& target);

}  // namespace pregap::operations
