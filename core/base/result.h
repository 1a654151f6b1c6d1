// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace continuo {

/// Who has to act on an error. The command line turns it into its exit code.
enum class ErrorKind
{
    Failed,   ///< The work itself failed: disk, device, engine. Exit code 1.
    Usage,    ///< What was asked for makes no sense: unknown key, value out of range. Exit code 2.
    Refused,  ///< The input cannot be used: not a MIDI file, nothing in it. Exit code 3.
    Cancelled ///< Somebody asked to stop. Exit code 130.
};

/// Why an operation failed. `id` is stable and is what programs and translations go by; `text` is the same in English,
/// made for a musician: what, where, why, and what to do.
struct Error
{
    using Arguments = std::vector<std::pair<std::string, std::string>>;

    ErrorKind kind = ErrorKind::Failed;
    std::string id{};      ///< For example "midi.no-header".
    std::string text{};    ///< One or two English sentences.
    Arguments arguments{}; ///< The named values inside the text: {"file", "a.mid"}, {"byte", "14"}.

    friend bool operator==(const Error&, const Error&) = default;
};

/// A value or the reason there is none. Returned by everything the world can make fail; broken invariants are asserted
/// instead, and no exception leaves core.
template <typename T>
class [[nodiscard]] Result
{
public:
    Result(T value)
        : m_state(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    }

    explicit operator bool() const { return m_state.index() == 0; }
    const T& value() const& { return valueOf(m_state); }
    T& value() & { return valueOf(m_state); }
    T&& value() && { return std::move(valueOf(m_state)); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const Error& error() const
    {
        assert(m_state.index() == 1);
        return *std::get_if<1>(&m_state);
    }

private:
    template <typename State>
    static auto& valueOf(State& state)
    {
        assert(state.index() == 0);
        return *std::get_if<0>(&state);
    }

    std::variant<T, Error> m_state;
};

using Status = Result<std::monostate>;

/// The Status of something that went well.
inline Status ok()
{
    return std::monostate{};
}

} // namespace continuo
