// What is gathered of losses.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "pregap/convert.h"

namespace pregap::operations {

class Account {
 public:
  void add(const char* what, std::string message) {
    losses_.push_back({.what = what, .message = std::move(message)});
  }
  void add_rebuilt(const char* what, std::string message) {
    losses_.push_back({.what = what, .message = std::move(message), .rebuilds = true});
  }
  void add_if(bool lost, const char* what, const char* message) {
    if (lost) add(what, message);
  }
  template <typename Which>
  bool has(const Which& which) const {
    return std::ranges::any_of(losses_, which);
  }
  std::vector<Loss> take() { return std::move(losses_); }

 private:
  std::vector<Loss> losses_;
};

}  // namespace pregap::operations
