// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/tensorboard.h"

#include "core/base/file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

#ifndef _WIN32
#include <unistd.h>
#else
#include <process.h>
#define getpid _getpid
#endif

namespace continuo {
namespace {

constexpr std::array<std::uint32_t, 256> crcTable()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1U) != 0 ? (value >> 1) ^ 0x82F63B78U : value >> 1;
        table[i] = value;
    }
    return table;
}

template <typename T>
void appendLittleEndian(std::string& bytes, T value)
{
    for (std::size_t i = 0; i < sizeof(T); ++i)
        bytes.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i) & 0xffU)));
}

/// TFRecord stores a rotated checksum, because a checksum of data that holds checksums is weak.
std::uint32_t maskedCrc(std::string_view bytes)
{
    return std::rotr(crc32c(bytes), 15) + 0xa282ead8U;
}

// Protobuf, as far as an Event needs it. A field's key is number << 3 | wire type: 0 varint, 1 64
// bits, 2 length and bytes, 5 32 bits.
void appendVarint(std::string& bytes, std::uint64_t value)
{
    while (value >= 0x80) {
        bytes.push_back(static_cast<char>(static_cast<unsigned char>(value | 0x80U)));
        value >>= 7;
    }
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(value)));
}

void appendBytes(std::string& bytes, unsigned field, std::string_view content)
{
    appendVarint(bytes, field << 3 | 2U);
    appendVarint(bytes, content.size());
    bytes += content;
}

/// Event { double wall_time = 1; int64 step = 2; … }
std::string eventStart(std::int64_t step, double seconds)
{
    std::string event;
    appendVarint(event, 1U << 3 | 1U);
    appendLittleEndian(event, std::bit_cast<std::uint64_t>(seconds));
    appendVarint(event, 2U << 3);
    appendVarint(event, static_cast<std::uint64_t>(step));
    return event;
}

std::string record(const std::string& event)
{
    std::string bytes;
    appendLittleEndian(bytes, static_cast<std::uint64_t>(event.size()));
    appendLittleEndian(bytes, maskedCrc(bytes));
    bytes += event;
    appendLittleEndian(bytes, maskedCrc(event));
    return bytes;
}

std::string hostName()
{
#ifndef _WIN32
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0')
        return name.data();
#endif
    return "localhost";
}

} // namespace

std::uint32_t crc32c(std::string_view bytes)
{
    static constexpr std::array<std::uint32_t, 256> kTable = crcTable();
    std::uint32_t crc = 0xffffffffU;
    for (const char c : bytes)
        crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xffU] ^ (crc >> 8);
    return ~crc;
}

struct TensorBoardWriter::State
{
    std::filesystem::path path{};
    std::FILE* file = nullptr;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State()
    {
        if (file != nullptr)
            std::fclose(file);
    }

    Status write(const std::string& bytes)
    {
        errno = 0;
        if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size())
            return fileError(errno != 0 ? errno : EIO, path, "write");
        return ok();
    }
};

TensorBoardWriter::TensorBoardWriter(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}
TensorBoardWriter::TensorBoardWriter(TensorBoardWriter&& other) noexcept = default;
TensorBoardWriter& TensorBoardWriter::operator=(TensorBoardWriter&& other) noexcept = default;
TensorBoardWriter::~TensorBoardWriter() = default;

Result<TensorBoardWriter> TensorBoardWriter::open(const std::filesystem::path& folder,
                                                  std::int64_t firstStep, double secondsSinceEpoch)
{
    auto state = std::make_unique<State>();
    const std::string stamp = std::to_string(static_cast<std::int64_t>(secondsSinceEpoch));
    // Readers order the files of a folder by name, so a later session of the same second must sort
    // behind.
    for (int number = 0; state->file == nullptr; ++number) {
        state->path =
            folder / ("events.out.tfevents." +
                      std::string(10 - std::min<std::size_t>(10, stamp.size()), '0') + stamp + "." +
                      hostName() + "." + std::to_string(getpid()) + "." + std::to_string(number));
        errno = 0;
        state->file = std::fopen(state->path.string().c_str(), "wbx");
        if (state->file == nullptr && errno != EEXIST)
            return fileError(errno, state->path, "write");
    }
    TensorBoardWriter writer(std::move(state));
    std::string version = eventStart(0, secondsSinceEpoch);
    appendBytes(version, 3, "brain.Event:2");
    if (Status status = writer.m_state->write(record(version)); !status)
        return status.error();
    if (firstStep > 0) {
        std::string session;
        appendVarint(session, 1U << 3); // SessionLog { status = 1: START = 1 }
        appendVarint(session, 1);
        std::string event = eventStart(firstStep, secondsSinceEpoch);
        appendBytes(event, 7, session);
        if (Status status = writer.m_state->write(record(event)); !status)
            return status.error();
    }
    if (Status status = writer.flush(); !status)
        return status.error();
    return writer;
}

Status TensorBoardWriter::scalar(std::string_view tag, std::int64_t step, double value,
                                 double secondsSinceEpoch)
{
    std::string point; // Summary.Value { tag = 1; simple_value = 2 }
    appendBytes(point, 1, tag);
    appendVarint(point, 2U << 3 | 5U);
    appendLittleEndian(point, std::bit_cast<std::uint32_t>(static_cast<float>(value)));
    std::string summary; // Summary { value = 1 }
    appendBytes(summary, 1, point);
    std::string event = eventStart(step, secondsSinceEpoch);
    appendBytes(event, 5, summary);
    return m_state->write(record(event));
}

Status TensorBoardWriter::flush()
{
    errno = 0;
    if (std::fflush(m_state->file) != 0)
        return fileError(errno != 0 ? errno : EIO, m_state->path, "write");
    return ok();
}

const std::filesystem::path& TensorBoardWriter::path() const
{
    return m_state->path;
}

} // namespace continuo
