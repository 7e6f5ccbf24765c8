// Discs in no file with a .sub file made for them, and what verify says of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "disc/subchannel.h"
#include "pregap/verify.h"
#include "support/disc_builder.h"

namespace pregap::test {

using Lines = std::vector<std::string>;

// Q of every sector from LBA 0 on, to be changed and put into a .sub file.
using Frames = std::vector<QFrame>;

// Data from 0 to 999, then audio with a pause of 150 sectors and INDEX 02, to 2999.
Disc blank_disc();

Frames frames_of(const Disc& disc);
void add_sub(Disc& disc, const Frames& frames);

void reseal(QFrame& q);
void move_by(QFrame& q, Lba lba);  // to that absolute time

// "frames bad elsewhere; faults by track of all", MCN, ISRCs; then every problem. The same with any
// number of threads, and without a bad sector.
Lines said_of(const Disc& disc);

// What is said once `change` was at work on the regular frames.
Lines said_after(const std::function<void(Frames&)>& change, Disc disc = blank_disc());

}  // namespace pregap::test
