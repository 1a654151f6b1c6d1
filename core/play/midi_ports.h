// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/play/transport.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

struct MidiPorts
{
    std::vector<std::string> inputs{};
    std::vector<std::string> outputs{};
    std::string
        missingBecause{}; ///< Where the system has no MIDI at all: one sentence. Else empty.
};

/// The ports there are now. Never fails: a machine without a MIDI system has none, and
/// `missingBecause` says why.
MidiPorts listMidiPorts();

/// A short message from a keyboard.
struct MidiMessage
{
    std::array<std::uint8_t, 3> bytes{};
    double seconds = 0; ///< Since the message before it; 0 for the first.
};

/// A keyboard. Messages wait in a queue until take() is called; where nobody takes, the oldest stay
/// and new ones are lost.
class MidiInput
{
public:
    /// Opens the port of that name (the first whose name contains `name`).
    /// Errors: midi-port.not-found (Usage, lists what there is), midi-port.not-opened (Failed).
    static Result<std::unique_ptr<MidiInput>> open(std::string_view name);
    ~MidiInput();
    MidiInput(const MidiInput&) = delete;
    MidiInput& operator=(const MidiInput&) = delete;

    std::optional<MidiMessage> take();
    /// False once the port has gone; open it again when listMidiPorts() names it. Asks the system,
    /// which takes milliseconds.
    bool isConnected() const;

private:
    struct State;
    explicit MidiInput(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// A synthesizer on a port. As a MessageSink it takes messages from the audio thread and sends them
/// from a thread of its own. Its destructor ends every note it began.
class MidiOutput final : public MessageSink
{
public:
    static Result<std::unique_ptr<MidiOutput>> open(std::string_view name);
    ~MidiOutput() override;
    MidiOutput(const MidiOutput&) = delete;
    MidiOutput& operator=(const MidiOutput&) = delete;

    void send(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) override;
    /// As MidiInput::isConnected(). What is sent to a port that has gone is dropped.
    bool isConnected() const;

private:
    struct State;
    explicit MidiOutput(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace continuo
