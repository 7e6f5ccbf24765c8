// The proof that four errors are not too many.
#pragma once

#include "sector/plane.h"

namespace pregap {

// Takes off the errors of a plane if they are at most four, wherever they lie; the code's distance
// of 9 makes them the only four or fewer. False, and the plane as it was, if there are more.
//
// Of up to four errors some word that fails holds one or two. For else, every failing word holds
// three or four; take one: its errors lie in as many words of the other code, and the at most one
// error outside it leaves two of those with a single error, which fail. The same holds of a word
// whose errors cancel out. So it is enough to try, at every failing word, the one error and all
// pairs that explain it, as long as no more words fail than errors are left.
bool explain_by_few(Plane& plane);

}  // namespace pregap
