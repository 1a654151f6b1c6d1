// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/midi_ports.h"

#include <RtMidi.h>

#include <algorithm>
#include <atomic>
#include <bitset>
#include <chrono>
#include <thread>

namespace continuo {
namespace {

// RtMidi prints warnings to standard error where no callback is set; what matters comes as an
// exception.
void ignoreWarning(RtMidiError::Type, const std::string&, void*) {}

/// The first system on this machine whose client can be made: JACK where a server runs, else the
/// operating system's.
template <typename Port>
std::unique_ptr<Port> makePort(std::string& why)
{
    std::vector<RtMidi::Api> systems;
    RtMidi::getCompiledApi(systems);
    for (const RtMidi::Api system : systems) {
        if (system == RtMidi::RTMIDI_DUMMY)
            continue;
        try {
            auto port = std::make_unique<Port>(system, "Continuo");
            port->setErrorCallback(ignoreWarning);
            if (port->getPortCount() > 0 || system == systems.back())
                return port;
        } catch (const RtMidiError& error) {
            why = error.getMessage();
        }
    }
    return nullptr;
}

template <typename Port>
std::vector<std::string> portNames(Port& port)
{
    std::vector<std::string> names;
    for (unsigned i = 0; i < port.getPortCount(); ++i)
        names.push_back(port.getPortName(i));
    return names;
}

template <typename Port>
Result<std::unique_ptr<Port>> openPort(std::string_view name, std::string_view direction)
{
    std::string why;
    auto port = makePort<Port>(why);
    std::vector<std::string> names;
    if (port) {
        try {
            names = portNames(*port);
            for (unsigned i = 0; i < names.size(); ++i)
                if (names[i].find(name) != std::string::npos) {
                    port->openPort(i, "Continuo");
                    return port;
                }
        } catch (const RtMidiError& error) {
            return Error{ErrorKind::Failed,
                         "midi-port.not-opened",
                         "The MIDI " + std::string(direction) + " \"" + std::string(name) +
                             "\" could not be opened: " + error.getMessage() +
                             ". Another program may be using it.",
                         {{"port", std::string(name)}}};
        }
    }
    std::string there = "There are no MIDI " + std::string(direction) + "s";
    if (!names.empty()) {
        there = "There are:";
        for (const std::string& each : names)
            there += " \"" + each + "\"";
    }
    return Error{ErrorKind::Usage,
                 "midi-port.not-found",
                 "There is no MIDI " + std::string(direction) + " named \"" + std::string(name) +
                     "\". " + there + ".",
                 {{"port", std::string(name)}}};
}

template <typename Port>
bool isPortThere(Port& port)
{
    try {
        return port.isPortOpen();
    } catch (const RtMidiError&) {
        return false;
    }
}

} // namespace

MidiPorts listMidiPorts()
{
    MidiPorts ports;
    std::string why;
    try {
        const auto in = makePort<RtMidiIn>(why);
        const auto out = makePort<RtMidiOut>(why);
        if (in)
            ports.inputs = portNames(*in);
        if (out)
            ports.outputs = portNames(*out);
        if (!in && !out)
            ports.missingBecause =
                "This machine has no MIDI system that can be opened (" + why + ").";
    } catch (const RtMidiError& error) {
        ports.missingBecause =
            "This machine's MIDI system does not answer (" + error.getMessage() + ").";
    }
    return ports;
}

struct MidiInput::State
{
    std::unique_ptr<RtMidiIn> port;
    SpscQueue<MidiMessage, 4096> messages{};
};

MidiInput::MidiInput(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

MidiInput::~MidiInput()
{
    m_state->port->cancelCallback();
}

Result<std::unique_ptr<MidiInput>> MidiInput::open(std::string_view name)
{
    auto port = openPort<RtMidiIn>(name, "input");
    if (!port)
        return port.error();
    auto state = std::make_unique<State>();
    state->port = std::move(*port);
    state->port->setCallback(
        [](double seconds, std::vector<unsigned char>* bytes, void* user) {
            if (!bytes || bytes->empty() || bytes->size() > 3 || bytes->front() >= 0xf0)
                return;
            MidiMessage message{{}, seconds};
            std::copy(bytes->begin(), bytes->end(), message.bytes.begin());
            static_cast<State*>(user)->messages.push(std::move(message));
        },
        state.get());
    return std::unique_ptr<MidiInput>(new MidiInput(std::move(state)));
}

std::optional<MidiMessage> MidiInput::take()
{
    return m_state->messages.pop();
}

bool MidiInput::isConnected() const
{
    return isPortThere(*m_state->port);
}

struct MidiOutput::State
{
    std::unique_ptr<RtMidiOut> port;
    SpscQueue<std::array<std::uint8_t, 3>, 4096> messages{};
    std::atomic<bool> isClosing = false;
    std::atomic<bool> isConnected = true;
    std::bitset<16 * 128> sounding{}; // The sending thread only.
    std::thread thread{};

    void sendNow(std::array<std::uint8_t, 3> message)
    {
        const int high = message[0] & 0xf0;
        const std::size_t note = (message[0] & 15U) * 128U + (message[1] & 127U);
        if (high == 0x90 && message[2] > 0)
            sounding.set(note);
        else if (high == 0x80 || high == 0x90)
            sounding.reset(note);
        try {
            port->sendMessage(message.data(), high == 0xc0 || high == 0xd0 ? 2 : 3);
        } catch (const RtMidiError&) {
            isConnected = false;
        }
    }

    void work()
    {
        using namespace std::chrono_literals;
        for (;;) {
            const bool isLast = isClosing.load();
            while (const auto message = messages.pop())
                sendNow(*message);
            if (isLast)
                break;
            std::this_thread::sleep_for(1ms);
        }
        for (std::size_t note = 0; note < sounding.size(); ++note)
            if (sounding.test(note))
                sendNow({static_cast<std::uint8_t>(0x80 | note / 128),
                         static_cast<std::uint8_t>(note % 128), 64});
    }
};

MidiOutput::MidiOutput(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
    m_state->thread = std::thread([raw = m_state.get()] { raw->work(); });
}

MidiOutput::~MidiOutput()
{
    m_state->isClosing = true;
    m_state->thread.join();
}

Result<std::unique_ptr<MidiOutput>> MidiOutput::open(std::string_view name)
{
    auto port = openPort<RtMidiOut>(name, "output");
    if (!port)
        return port.error();
    auto state = std::make_unique<State>();
    state->port = std::move(*port);
    return std::unique_ptr<MidiOutput>(new MidiOutput(std::move(state)));
}

void MidiOutput::send(std::uint8_t status, std::uint8_t data1, std::uint8_t data2)
{
    m_state->messages.push({status, data1, data2});
}

bool MidiOutput::isConnected() const
{
    return m_state->isConnected && isPortThere(*m_state->port);
}

} // namespace continuo
