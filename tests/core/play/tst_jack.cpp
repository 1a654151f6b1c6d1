// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/audio_device.h"
#include "core/play/midi_ports.h"
#include "tests/core/play/sound_test.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include <RtMidi.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <functional>
#include <mutex>
#ifdef __linux__
#include <sys/prctl.h>
#endif

using namespace continuo;

namespace {

using Message = std::array<std::uint8_t, 3>;

constexpr int kPatienceMs = 5000;

bool becomesTrue(const std::function<bool()>& condition)
{
    return QTest::qWaitFor(condition, kPatienceMs);
}

/// A JACK server of our own with a card that is none. It needs no rights and disturbs no other
/// server.
class JackServer
{
public:
    explicit JackServer(int sampleRate = 48'000)
    {
#ifdef __linux__
        // However the test ends, the server ends with it.
        m_process.setChildProcessModifier([] { prctl(PR_SET_PDEATHSIG, SIGTERM); });
#endif
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.setStandardOutputFile(QProcess::nullDevice());
        // -r: without real-time priority, which takes a right that not everybody has; so -S: a
        // client that comes late is waited for instead of losing what it sent.
        m_process.start("jackd", {"-n", QString::fromLocal8Bit(qgetenv("JACK_DEFAULT_SERVER")),
                                  "-r", "-S", "-d", "dummy", "-r",
                                  QString::number(sampleRate), "-p", "256"});
        m_process.waitForStarted();
    }
    ~JackServer()
    {
        m_process.terminate();
        if (!m_process.waitForFinished(2000))
            kill();
    }
    JackServer(const JackServer&) = delete;
    JackServer& operator=(const JackServer&) = delete;

    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    bool isRunning() const
    {
        return m_process.state() == QProcess::Running;
    }

private:
    QProcess m_process;
};

/// Writes down what is sent and hands it on.
struct Tee final : MessageSink
{
    explicit Tee(MessageSink& next)
        : sink(next)
    {
    }
    void send(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) override
    {
        const std::lock_guard lock(mutex);
        messages.push_back({status, data1, data2});
        sink.send(status, data1, data2);
    }
    std::vector<Message> sent()
    {
        const std::lock_guard lock(mutex);
        return messages;
    }

    MessageSink& sink;
    std::mutex mutex{};
    std::vector<Message> messages{};
};

/// An instrument on JACK: a port that writes down what arrives.
class Instrument
{
public:
    Instrument()
        : m_port(std::make_unique<RtMidiIn>(RtMidi::UNIX_JACK, "Instrument"))
    {
        m_port->setErrorCallback([](RtMidiError::Type, const std::string&, void*) {});
        m_port->setCallback(
            [](double, std::vector<unsigned char>* bytes, void* user) {
                auto* const self = static_cast<Instrument*>(user);
                const std::lock_guard lock(self->m_mutex);
                Message message{};
                std::copy_n(bytes->begin(), std::min(bytes->size(), message.size()),
                            message.begin());
                self->m_messages.push_back(message);
            },
            this);
        m_port->openVirtualPort("notes");
    }
    /// libjack crashes where a client of a server that has died is closed: it stays for good.
    void leaveToADeadServer()
    {
        static auto& kept = *new std::vector<std::unique_ptr<RtMidiIn>>;
        m_port->cancelCallback();
        kept.push_back(std::move(m_port));
    }
    std::vector<Message> received()
    {
        const std::lock_guard lock(m_mutex);
        return m_messages;
    }

private:
    std::mutex m_mutex{};
    std::vector<Message> m_messages{};
    std::unique_ptr<RtMidiIn> m_port;
};

} // namespace

/// The paths to sound and instruments as a user has them, over a JACK server with a dummy card.
class TestJack : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (testSoundfont().empty())
            QSKIP("CONTINUO_SOUNDFONT names no soundfont; build the target continuo_soundfont and "
                  "use ctest.");
        if (QStandardPaths::findExecutable("jackd").isEmpty())
            QSKIP("There is no jackd here; the package jackd2 brings it.");
        const std::vector<AudioDriver> drivers = audioDrivers();
        if (std::none_of(drivers.begin(), drivers.end(),
                         [](const AudioDriver& each) { return each.name == "jack"; }))
            QSKIP("FluidSynth was built without JACK.");
        std::vector<RtMidi::Api> systems;
        RtMidi::getCompiledApi(systems);
        if (std::find(systems.begin(), systems.end(), RtMidi::UNIX_JACK) == systems.end())
            QSKIP("RtMidi was built without JACK.");
        qputenv("JACK_DEFAULT_SERVER",
                "continuo-test-" + QByteArray::number(QCoreApplication::applicationPid()));
        qputenv("JACK_NO_START_SERVER", "1");
        qputenv("JACK_NO_AUDIO_RESERVATION", "1");
    }

    void init()
    {
        m_server = std::make_unique<JackServer>();
        m_transport =
            std::make_unique<Transport>(std::move(*Synthesizer::open(testSoundfont(), {})));
        QVERIFY(becomesTrue([this] { return isServerUp(); }));
    }

    void cleanup()
    {
        m_transport.reset();
        m_server.reset();
    }

    void cleanupTestCase()
    {
        // What killed servers left. JACK has room for eight and forgets such a one only when
        // another of its name ends in peace.
        QDir shared("/dev/shm");
        const QString server = qEnvironmentVariable("JACK_DEFAULT_SERVER");
        if (server.startsWith("continuo-test-")) {
            const JackServer last; // No client: one that has lost a server would be in its way.
            QTest::qWait(500);
        }
        if (!server.isEmpty())
            for (const QString& name :
                 shared.entryList({"jack*" + server + "*"}, QDir::Files | QDir::System))
                shared.remove(name);
    }

    void playingReachesTheDeviceAndStopIsSilent()
    {
        m_transport->setPlan(longNote());
        const AudioDevice device(*m_transport, 48'000, {.driver = "jack"});
        QCOMPARE(device.driver(), std::string("jack"));
        QCOMPARE(device.silentBecause(), std::string());
        m_transport->play();
        QVERIFY(becomesTrue(
            [&] { return m_transport->position() > 9600 && m_transport->activeVoices() > 0; }));
        m_transport->stop();
        QVERIFY(becomesTrue([&] { return m_transport->activeVoices() == 0; }));
        QVERIFY(!m_transport->isPlaying());
    }

    void aServerOfAnotherRateHearsTheRightPitch()
    {
        QCOMPARE(sampleRateFor({.driver = "jack"}), 48'000);
        m_server.reset();
        m_server = std::make_unique<JackServer>(44'100);
        QVERIFY(becomesTrue([this] { return isServerUp(); }));
        QCOMPARE(sampleRateFor({.driver = "jack"}), 44'100);
        QCOMPARE(sampleRateFor({}), 44'100);
        QCOMPARE(sampleRateFor({.driver = "null"}), 48'000);
        m_server.reset();
        QCOMPARE(sampleRateFor({.driver = "jack"}), 48'000); // Nobody to ask.
    }

    void playingGoesOnWithoutSoundWhereTheServerDies()
    {
        m_transport->setPlan(longNote());
        const AudioDevice device(*m_transport, 48'000, {.driver = "jack"});
        m_transport->play();
        QVERIFY(becomesTrue([&] { return m_transport->position() > 4800; }));
        m_server->kill();
        QVERIFY(becomesTrue([&] { return device.driver() == "null"; }));
        QVERIFY(!device.silentBecause().empty());
        const std::int64_t position = m_transport->position();
        QVERIFY(becomesTrue([&] { return m_transport->position() > position + 9600; }));
        QVERIFY(m_transport->isPlaying());

        // A tenth of a second of sound after the stop nothing sounds any more, counted in blocks.
        m_transport->stop();
        const std::uint64_t stopped = m_transport->blocksRendered();
        QVERIFY(becomesTrue(
            [&] { return m_transport->blocksRendered() >= stopped + 48'000 / 10 / kSynthBlock; }));
        QCOMPARE(m_transport->activeVoices(), 0);
    }

    void aDeviceIsChosenAgainAfterTheServerDied()
    {
        m_transport->setPlan(longNote());
        auto lost =
            std::make_unique<AudioDevice>(*m_transport, 48'000, AudioOptions{.driver = "jack"});
        m_transport->play();
        QVERIFY(becomesTrue([&] { return m_transport->position() > 4800; }));
        m_server->kill();
        QVERIFY(becomesTrue([&] { return lost->driver() == "null"; }));
        {
            Transport other(std::move(*Synthesizer::open(testSoundfont(), {})));
            const AudioDevice none(other, 48'000, {.driver = "jack"});
            QCOMPARE(none.driver(), std::string("null"));
        }
        lost.reset();
        m_server = std::make_unique<JackServer>();
        QVERIFY(becomesTrue([this] { return isServerUp(); }));
        const AudioDevice device(*m_transport, 48'000, {.driver = "jack"});
        QCOMPARE(device.driver(), std::string("jack"));
        const std::int64_t position = m_transport->position();
        QVERIFY(becomesTrue([&] { return m_transport->position() > position + 9600; }));
    }

    void everyMessageReachesAnotherProgramsPortInOrder()
    {
        Instrument instrument;
        QVERIFY(becomesTrue([] { return !listMidiPorts().outputs.empty(); }));
        auto output = MidiOutput::open("Instrument");
        QVERIFY2(bool(output), output ? "" : output.error().text.c_str());
        QVERIFY((*output)->isConnected());
        Tee tee(**output);
        Transport transport(std::move(*Synthesizer::open(testSoundfont(), {.gain = 0})), &tee);
        std::vector<TestNote> notes;
        for (int i = 0; i < 60; ++i)
            notes.push_back({i * 20, 30, 40 + i % 40, i % 3});
        Score score = testScore(notes);
        score.addEvent(score.tracks[0].id, {.time = {0}, .status = 0xc0, .data1 = 19});
        score.addEvent(score.tracks[0].id,
                       {.time = {300}, .status = 0xe0, .data1 = 5, .data2 = 70});
        transport.setPlan(std::make_shared<const PlaybackPlan>(score, PlanOptions{}));
        const AudioDevice device(transport, 48'000, {.driver = "jack"});
        QCOMPARE(device.driver(), std::string("jack"));
        transport.play();
        QVERIFY(becomesTrue([&] { return transport.position() > 9600 && !transport.isPlaying(); }));
        const std::vector<Message> sent = tee.sent();
        const auto isNoteOn = [](const Message& message) { return (message[0] & 0xf0) == 0x90; };
        QCOMPARE(std::count_if(sent.begin(), sent.end(), isNoteOn), 60);
        QVERIFY(becomesTrue([&] { return instrument.received().size() >= sent.size(); }));
        QVERIFY(instrument.received() == sent);
    }

    void anOutputEndsItsNotes()
    {
        Instrument instrument;
        auto output = MidiOutput::open("Instrument");
        QVERIFY(bool(output));
        (*output)->send(0x91, 60, 90);
        output->reset();
        const std::vector<Message> expected{{0x91, 60, 90}, {0x81, 60, 64}};
        QVERIFY(becomesTrue([&] { return instrument.received().size() >= 2; }));
        QVERIFY(instrument.received() == expected);
    }

    void aKeyboardIsHeard()
    {
        RtMidiOut keyboard(RtMidi::UNIX_JACK, "Keyboard");
        keyboard.openVirtualPort("keys");
        const auto input = MidiInput::open("Keyboard");
        QVERIFY2(bool(input), input ? "" : input.error().text.c_str());
        QVERIFY((*input)->isConnected());
        const std::vector<Message> played{{0x90, 60, 90}, {0xb0, 64, 127}, {0x80, 60, 64}};
        for (const Message& message : played)
            keyboard.sendMessage(message.data(), message.size());
        std::vector<Message> heard;
        QVERIFY(becomesTrue([&] {
            while (const auto message = (*input)->take())
                heard.push_back(message->bytes);
            return heard.size() >= played.size();
        }));
        QVERIFY(heard == played);
    }

    void aPortThatDiedIsNoticedAndHoldsNothingUp_data()
    {
        QTest::addColumn<bool>("isStartedAnew");
        QTest::newRow("the server is gone") << false;
        QTest::newRow("another server runs") << true;
    }

    void aPortThatDiedIsNoticedAndHoldsNothingUp()
    {
        QFETCH(const bool, isStartedAnew);
        auto instrument = std::make_unique<Instrument>();
        auto output = MidiOutput::open("Instrument");
        QVERIFY(bool(output));
        m_server->kill();
        instrument->leaveToADeadServer();
        if (isStartedAnew) {
            m_server = std::make_unique<JackServer>();
            QVERIFY(becomesTrue([this] { return isServerUp(); }));
            instrument = std::make_unique<Instrument>();
        }
        QVERIFY(!(*output)->isConnected());
        // More than fits into any queue on the way; the destructor waits for them.
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 4000; ++i)
            (*output)->send(i % 2 == 0 ? 0x90 : 0x80, 60, 90);
        output->reset();
        QVERIFY2(timer.elapsed() < kPatienceMs, qPrintable(QString::number(timer.elapsed())));
    }

private:
    static std::shared_ptr<const PlaybackPlan> longNote()
    {
        return std::make_shared<const PlaybackPlan>(testScore({{0, 480 * 40, 60}}), PlanOptions{});
    }

    bool isServerUp() const
    {
        const AudioDevice device(*m_transport, 48'000, {.driver = "jack"});
        return device.driver() == "jack";
    }

    std::unique_ptr<JackServer> m_server;
    std::unique_ptr<Transport> m_transport;
};

QTEST_GUILESS_MAIN(TestJack)
#include "tst_jack.moc"
