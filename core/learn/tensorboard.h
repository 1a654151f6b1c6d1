// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace continuo {

/// Writes scalars that TensorBoard shows: TFRecord framing (length, masked CRC-32C, protobuf Event,
/// masked CRC-32C). What was written can be read while the training runs.
class TensorBoardWriter
{
public:
    /// Starts a new file events.out.tfevents.SECONDS.HOST.PID in `folder`. A session that begins at
    /// a step above 0 tells TensorBoard to forget what older files say from that step on.
    /// `secondsSinceEpoch` stamps every event until the next. Errors: those of files.
    static Result<TensorBoardWriter> open(const std::filesystem::path& folder,
                                          std::int64_t firstStep, double secondsSinceEpoch);

    TensorBoardWriter(TensorBoardWriter&& other) noexcept;
    TensorBoardWriter& operator=(TensorBoardWriter&& other) noexcept;
    ~TensorBoardWriter();

    Status scalar(std::string_view tag, std::int64_t step, double value, double secondsSinceEpoch);
    Status flush();
    const std::filesystem::path& path() const;

private:
    struct State;
    explicit TensorBoardWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// CRC-32C (Castagnoli), as in RFC 3720.
std::uint32_t crc32c(std::string_view bytes);

} // namespace continuo
