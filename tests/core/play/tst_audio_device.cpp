// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/audio_device.h"
#include "core/play/midi_ports.h"
#include "tests/core/play/sound_test.h"

#include <QTest>

using namespace continuo;

class TestAudioDevice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (testSoundfont().empty())
            QSKIP("CONTINUO_SOUNDFONT names no soundfont; build the target continuo_soundfont and "
                  "use ctest.");
    }

    void withoutADeviceTimeGoesOn_data()
    {
        QTest::addColumn<QString>("driver");
        QTest::newRow("asked for none") << "null";
        QTest::newRow("no such driver") << "no-such-driver";
    }

    void withoutADeviceTimeGoesOn()
    {
        QFETCH(const QString, driver);
        Transport transport(std::move(*Synthesizer::open(testSoundfont(), {})));
        transport.setPlan(
            std::make_shared<const PlaybackPlan>(testScore({{0, 4800, 60}}), PlanOptions{}));
        const AudioDevice device(transport, 48'000, {.driver = driver.toStdString()});
        QCOMPARE(device.driver(), std::string("null"));
        QVERIFY(!device.silentBecause().empty());
        transport.play();
        QVERIFY(QTest::qWaitFor([&] { return transport.position() > 4800; }, 5000));
        transport.stop();
        QVERIFY(QTest::qWaitFor(
            [&] { return !transport.isPlaying() && transport.activeVoices() == 0; }, 5000));
    }

    void listingPortsAndDriversNeverFails()
    {
        const MidiPorts ports = listMidiPorts();
        if (ports.inputs.empty() && ports.outputs.empty())
            qInfo("No MIDI ports here. %s", ports.missingBecause.c_str());
        QVERIFY(!audioDrivers().empty());
    }

    void aPortThatIsNotThereIsSaidInWords()
    {
        const auto output = MidiOutput::open("no such port anywhere");
        QVERIFY(!output);
        QCOMPARE(output.error().id, std::string("midi-port.not-found"));
        QVERIFY(output.error().text.find("no such port anywhere") != std::string::npos);
        QVERIFY(!MidiInput::open("no such port anywhere"));
    }
};

QTEST_GUILESS_MAIN(TestAudioDevice)
#include "tst_audio_device.moc"
