// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace continuo {

/// Told on the calling thread while places are sorted, `sorted` never falling and in the end `all`.
using SortingProgress = std::function<void(std::size_t sorted, std::size_t all)>;

/// The places of a text in the order of the suffixes that begin there, shorter ones first (Larsson
/// and Sadakane 2007: sorting by twice as many symbols in each round). `text` has fewer than 2^32 −
/// 1 symbols. Nothing where cancelled.
std::optional<std::vector<std::uint32_t>> suffixArray(std::span<const std::uint16_t> text,
                                                      const CancelToken& cancel,
                                                      const SortingProgress& progress = {});

/// How many symbols each suffix shares with the one before it in the order, up to the first 0,
/// which ends a piece (Kasai and others 2001). The first entry is 0.
std::vector<std::uint32_t> commonWithPrevious(std::span<const std::uint16_t> text,
                                              std::span<const std::uint32_t> suffixes);

} // namespace continuo
