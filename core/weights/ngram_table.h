// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/weights/safetensors.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace continuo {

/// How often symbols followed each other, and what that says of the next one: an n-gram model,
/// counted and asked. A plain value.
///
/// Interpolated after Witten and Bell (1991): of one symbol P(b) = (c(b) + 1) / (N + V), and after
/// a context P(b | a…) = (c(a…b) + T(a…) · P(b | …)) / (c(a…) + T(a…)), where … is the context
/// without its oldest symbol and T the number of different symbols after it. A context that was
/// never seen leaves the shorter one's answer.
class NgramTable
{
public:
    /// `order` is the length of the longest sequence counted, at least 1.
    NgramTable(int order, std::int32_t vocabulary);

    int order() const { return m_order; }
    std::int32_t vocabulary() const { return m_vocabulary; }

    /// Counts `next` after `context`, what precedes it in its piece, oldest first; only its end
    /// matters.
    void count(std::span<const std::int32_t> context, std::int32_t next);

    /// The probability of every symbol after `context`; they add up to one. The same bits on every
    /// machine.
    void probabilities(std::span<const std::int32_t> context, std::span<double> result) const;

    /// Different sequences counted, of all lengths.
    std::int64_t size() const { return m_size; }

    /// As they stand in a model file: for every length k from 1 to the order "ngram.{k}.symbols",
    /// I32 [n, k], each row a sequence, ascending, and "ngram.{k}.counts", I64 [n]. Equal counts
    /// give equal tensors.
    std::map<std::string, Tensor> tensors() const;

    /// Reads them, checked. Errors (kind Refused): model.missing-tensor, model.wrong-dtype,
    /// model.wrong-shape, model.bad-counts; each names `file` and the tensor.
    static Result<NgramTable> fromTensors(int order, std::int32_t vocabulary,
                                          const std::map<std::string, Tensor>& tensors,
                                          const std::string& file);

private:
    using Followers =
        std::vector<std::pair<std::int32_t, std::int64_t>>; // symbol and count, by symbol

    /// What followed one context.
    struct Node
    {
        std::int64_t total = 0;
        Followers followers{};
    };

    void add(std::size_t node, std::int32_t next, std::int64_t count);
    std::size_t longer(std::size_t node, std::int32_t before);
    std::uint64_t edge(std::size_t node, std::int32_t before) const
    {
        return std::uint64_t{node} << 32U | static_cast<std::uint32_t>(before);
    }

    int m_order;
    std::int32_t m_vocabulary;
    std::int64_t m_size = 0;
    std::vector<Node> m_nodes; ///< The first is the empty context.
    std::unordered_map<std::uint64_t, std::size_t>
        m_longer; ///< From a context to one symbol more before it.
};

} // namespace continuo
