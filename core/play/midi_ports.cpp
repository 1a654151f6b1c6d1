// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/midi_ports.h"

#include "core/play/library_logs.h"

#include <RtMidi.h>

#include <algorithm>
#include <atomic>
#include <bitset>
#include <chrono>
#include <mutex>
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
    takeOverLibraryLogs();
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

/// The names of all ports as a client sees them that is made for this question: one that is open
/// already may go on seeing those of a JACK server that has died.
template <typename Port>
std::vector<std::string> portNamesNow(RtMidi::Api system)
{
    try {
        Port port(system, "Continuo check");
        port.setErrorCallback(ignoreWarning);
        return portNames(port);
    } catch (const RtMidiError&) {
        return {};
    }
}

bool contains(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Never destroys the port, yet keeps it where a search for leaks finds it.
template <typename Port>
void keepForEver(std::unique_ptr<Port> port)
{
    static auto& kept = *new std::vector<std::unique_ptr<Port>>;
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(port));
}

/// A connection that has been opened. `Other` is the kind of port at its other end.
template <typename Port, typename Other>
struct Connection
{
    std::unique_ptr<Port> port;
    std::string name;      ///< Of the other end.
    std::string ownName{}; ///< Of this end as others see it, where JACK is the system.

    Connection(std::unique_ptr<Port> opened, std::string nameOfOther)
        : port(std::move(opened))
        , name(std::move(nameOfOther))
    {
    }
    Connection(Connection&&) = default;
    Connection& operator=(Connection&&) = delete;
    ~Connection()
    {
        // libjack crashes where a client of a server that has died is closed after another client
        // was tried. Such a port stays as it is, for good.
        if (port && port->getCurrentApi() == RtMidi::UNIX_JACK && !isThere())
            keepForEver(std::move(port));
    }

    /// Whether both ends are there: a JACK server that was started anew lacks ours.
    bool isThere() const
    {
        const RtMidi::Api system = port->getCurrentApi();
        return contains(portNamesNow<Port>(system), name) &&
               (ownName.empty() || contains(portNamesNow<Other>(system), ownName));
    }
};

using InputConnection = Connection<RtMidiIn, RtMidiOut>;
using OutputConnection = Connection<RtMidiOut, RtMidiIn>;

template <typename Port, typename Other>
Result<Connection<Port, Other>> openPort(std::string_view name, std::string_view direction)
{
    std::string why;
    auto port = makePort<Port>(why);
    std::vector<std::string> names;
    if (port) {
        try {
            names = portNames(*port);
            for (unsigned i = 0; i < names.size(); ++i)
                if (names[i].find(name) != std::string::npos) {
                    std::vector<std::string> before;
                    const bool isJack = port->getCurrentApi() == RtMidi::UNIX_JACK;
                    if (isJack)
                        before = portNamesNow<Other>(RtMidi::UNIX_JACK);
                    port->openPort(i, "Continuo");
                    Connection<Port, Other> connection(std::move(port), names[i]);
                    if (isJack)
                        for (const std::string& each : portNamesNow<Other>(RtMidi::UNIX_JACK))
                            if (!contains(before, each) &&
                                each.find("Continuo") != std::string::npos)
                                connection.ownName = each;
                    return connection;
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
    InputConnection connection;
    SpscQueue<MidiMessage, 4096> messages{};

    explicit State(InputConnection opened)
        : connection(std::move(opened))
    {
    }
};

MidiInput::MidiInput(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

MidiInput::~MidiInput()
{
    m_state->connection.port->cancelCallback();
}

Result<std::unique_ptr<MidiInput>> MidiInput::open(std::string_view name)
{
    auto opened = openPort<RtMidiIn, RtMidiOut>(name, "input");
    if (!opened)
        return opened.error();
    auto state = std::make_unique<State>(std::move(*opened));
    state->connection.port->setCallback(
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
    return m_state->connection.isThere();
}

struct MidiOutput::State
{
    OutputConnection connection;
    std::size_t unproven = 0; ///< Messages sent since the port was last seen.
    SpscQueue<std::array<std::uint8_t, 3>, 4096> messages{};
    std::atomic<bool> isClosing = false;
    std::atomic<bool> isConnected = true;
    std::bitset<16 * 128> sounding{}; // The sending thread only.
    std::thread thread{};

    explicit State(OutputConnection opened)
        : connection(std::move(opened))
    {
    }

    void sendNow(std::array<std::uint8_t, 3> message)
    {
        if (!isConnected)
            return;
        // RtMidi waits for ever where its queue to JACK (16 KiB, up to 7 bytes a message) is full
        // and the server is gone. So the server is looked at before that many can have been sent.
        if (!connection.ownName.empty() && ++unproven > 1000) {
            unproven = 0;
            if (!connection.isThere()) {
                isConnected = false;
                return;
            }
        }
        const int high = message[0] & 0xf0;
        const std::size_t note = (message[0] & 15U) * 128U + (message[1] & 127U);
        if (high == 0x90 && message[2] > 0)
            sounding.set(note);
        else if (high == 0x80 || high == 0x90)
            sounding.reset(note);
        try {
            connection.port->sendMessage(message.data(), high == 0xc0 || high == 0xd0 ? 2 : 3);
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
    auto opened = openPort<RtMidiOut, RtMidiIn>(name, "output");
    if (!opened)
        return opened.error();
    auto state = std::make_unique<State>(std::move(*opened));
    return std::unique_ptr<MidiOutput>(new MidiOutput(std::move(state)));
}

void MidiOutput::send(std::uint8_t status, std::uint8_t data1, std::uint8_t data2)
{
    m_state->messages.push({status, data1, data2});
}

bool MidiOutput::isConnected() const
{
    return m_state->isConnected && m_state->connection.isThere();
}

} // namespace continuo
