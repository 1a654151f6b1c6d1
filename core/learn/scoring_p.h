// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/learn/learner_p.h"
#include "core/learn/network_p.h"

#include <optional>

namespace continuo {

/// The score of a network on a part; see Learner::score(). libtorch's exceptions pass through.
std::optional<PartScore> scorePart(Network& network, const TokenStream& part,
                                   const Vocabulary& vocabulary, const NetworkShape& shape,
                                   at::Device device, const StopQuestion& isStopped);

} // namespace continuo
