// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/document/score_document.h"
#include "ui/play/player.h"
#include "ui/play/sound_dialog.h"
#include "ui/play/sound_settings.h"

#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <optional>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 20'000;

std::filesystem::path soundfont()
{
    return qEnvironmentVariable("CONTINUO_SOUNDFONT").toStdString();
}

AudioOptions driven(const char* driver)
{
    AudioOptions options;
    options.driver = driver;
    return options;
}

/// The dialog over a player that has this driver.
struct Bench
{
    explicit Bench(const AudioOptions& options)
        : settings(folder.filePath(QStringLiteral("studio.ini")), QSettings::IniFormat)
        , player(document, soundfont())
    {
        player.open(options);
        dialog.emplace(player, settings);
        dialog->show();
    }

    QComboBox& box(const char* name)
    {
        for (QComboBox* one : dialog->findChildren<QComboBox*>())
            if (one->accessibleName().startsWith(QLatin1String(name)))
                return *one;
        qFatal("no choice \"%s\"", name);
    }
    QComboBox& driver() { return box("Driver"); }
    QComboBox& device() { return box("Device"); }
    QComboBox& frames() { return box("Buffer: frames"); }
    QComboBox& periods() { return box("Buffer: how many"); }

    QPushButton& button(const char* words)
    {
        for (QPushButton* one : dialog->findChildren<QPushButton*>())
            if (one->text() == QLatin1String(words))
                return *one;
        qFatal("no button \"%s\"", words);
    }

    QString state()
    {
        for (const QLabel* one : dialog->findChildren<QLabel*>())
            if (one->accessibleName() == QStringLiteral("State of the sound"))
                return one->text();
        return {};
    }

    /// As a user who opens the list and takes the entry.
    static void take(QComboBox& box, const QVariant& what)
    {
        QVERIFY(box.isEnabled());
        const int index = box.findData(what);
        QVERIFY2(index >= 0, qPrintable(what.toString()));
        box.setCurrentIndex(index);
        Q_EMIT box.activated(index);
    }

    static QStringList entries(const QComboBox& box)
    {
        QStringList words;
        for (int i = 0; i < box.count(); ++i)
            words << box.itemText(i);
        return words;
    }

    bool isSettled() const { return !player.isOpening(); }

    QTemporaryDir folder{};
    QSettings settings;
    ScoreDocument document{};
    Player player;
    std::optional<SoundDialog> dialog{};
};

} // namespace

class TestSoundSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!std::filesystem::exists(soundfont()))
            QSKIP("CONTINUO_SOUNDFONT names no soundfont");
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        qputenv("JACK_NO_START_SERVER", "1");
        qputenv("JACK_DEFAULT_SERVER", "continuo-has-no-such-server");
    }

    void whatIsChosenIsReadBack()
    {
        const QTemporaryDir folder;
        QSettings settings(folder.filePath(QStringLiteral("studio.ini")), QSettings::IniFormat);
        QCOMPARE(soundSettings(settings), AudioOptions{});
        const AudioOptions chosen{"alsa", "hw:1,0", 1024, 3};
        keepSoundSettings(settings, chosen);
        settings.sync();
        const QSettings again(settings.fileName(), QSettings::IniFormat);
        QCOMPARE(soundSettings(again), chosen);
    }

    void aBufferThatCannotBeChosenIsTheNearestThatCan_data()
    {
        QTest::addColumn<QString>("period");
        QTest::addColumn<QString>("periods");
        QTest::addColumn<int>("frames");
        QTest::addColumn<int>("times");
        QTest::addRow("as it is") << "512"
                                  << "8" << 512 << 8;
        QTest::addRow("between") << "300"
                                 << "5" << 256 << 4;
        QTest::addRow("too small") << "-7"
                                   << "0" << 64 << 2;
        QTest::addRow("too large") << "99999999999"
                                   << "123456" << 2048 << 8;
        QTest::addRow("beyond all numbers") << "99999999999999999999999"
                                            << "1e300" << 256 << 4;
        QTest::addRow("words") << "fast"
                               << "many" << 256 << 4;
        QTest::addRow("nothing") << ""
                                 << "" << 256 << 4;
    }

    void aBufferThatCannotBeChosenIsTheNearestThatCan()
    {
        QFETCH(const QString, period);
        QFETCH(const QString, periods);
        const QTemporaryDir folder;
        QSettings settings(folder.filePath(QStringLiteral("studio.ini")), QSettings::IniFormat);
        settings.setValue(QStringLiteral("audio/period"), period);
        settings.setValue(QStringLiteral("audio/periods"), periods);
        QTEST(soundSettings(settings).periodFrames, "frames");
        QTEST(soundSettings(settings).periods, "times");
    }

    void driversHaveTheNamesPeopleKnow_data()
    {
        QTest::addColumn<QString>("driver");
        QTest::addColumn<QString>("words");
        QTest::addRow("none") << ""
                              << "Automatic";
        QTest::addRow("null") << "null"
                              << "No sound";
        QTest::addRow("alsa") << "alsa"
                              << "ALSA";
        QTest::addRow("pulseaudio") << "pulseaudio"
                                    << "PulseAudio";
        QTest::addRow("a new one") << "zither"
                                   << "zither";
    }

    void driversHaveTheNamesPeopleKnow()
    {
        QFETCH(const QString, driver);
        QTEST(driverInWords(driver.toStdString()), "words");
    }

    void everyDriverOfThisComputerCanBeChosen()
    {
        Bench bench(driven("null"));
        QSignalSpy found(&bench.player, &Player::driversFound);
        QVERIFY(found.wait(kPatienceMs));
        QStringList wanted;
        for (const AudioDriver& driver : audioDrivers())
            wanted << driverInWords(driver.name);
        wanted.sort();
        wanted.prepend(QStringLiteral("Automatic"));
        wanted.append(QStringLiteral("No sound"));
        QCOMPARE(Bench::entries(bench.driver()), wanted);
        QCOMPARE(bench.driver().currentText(), QStringLiteral("No sound"));
        QVERIFY(!bench.device().isEnabled() && !bench.device().toolTip().isEmpty());
        QVERIFY(!bench.frames().isEnabled() && !bench.frames().toolTip().isEmpty());
    }

    void theDevicesOfTheDriverCanBeChosen()
    {
        Bench bench(driven("null"));
        QSignalSpy found(&bench.player, &Player::driversFound);
        QVERIFY(found.wait(kPatienceMs));
        // As on a computer with a card.
        Q_EMIT bench.player.driversFound({{"harp", {"default", "hw:1"}}, {"lute", {}}});
        Bench::take(bench.driver(), QStringLiteral("harp"));
        QCOMPARE(Bench::entries(bench.device()),
                 QStringList({QStringLiteral("As the driver chooses"), QStringLiteral("default"),
                              QStringLiteral("hw:1")}));
        Bench::take(bench.device(), QStringLiteral("hw:1"));
        QCOMPARE(bench.player.options().device, std::string("hw:1"));
        QCOMPARE(soundSettings(bench.settings).device, std::string("hw:1"));
        // Pulled out meanwhile.
        Q_EMIT bench.player.driversFound({{"harp", {"default"}}, {"lute", {}}});
        QCOMPARE(bench.device().currentText(), QStringLiteral("hw:1 (not there now)"));
        Bench::take(bench.driver(), QStringLiteral("lute"));
        QVERIFY(!bench.device().isEnabled());
        QVERIFY(bench.device().toolTip().contains(QStringLiteral("lute")));
        QVERIFY(soundSettings(bench.settings).device.empty());
    }

    void anotherBufferHoldsAtOnceAndIsRemembered()
    {
        Bench bench(driven("no-such-driver"));
        QCOMPARE(bench.frames().currentText(), QStringLiteral("256 frames · 5.3 ms"));
        Bench::take(bench.frames(), 1024);
        Bench::take(bench.periods(), 2);
        QCOMPARE(bench.player.options().periodFrames, 1024);
        QCOMPARE(bench.player.options().periods, 2);
        QCOMPARE(soundSettings(bench.settings), bench.player.options());
        const auto labels = bench.dialog->findChildren<QLabel*>();
        QVERIFY(std::ranges::any_of(labels, [](const QLabel* one) {
            return one->text().startsWith(QStringLiteral("43 ms together."));
        }));
        SoundDialog next(bench.player, bench.settings);
        QVERIFY(std::ranges::any_of(next.findChildren<QComboBox*>(), [](const QComboBox* one) {
            return one->currentText() == QStringLiteral("1,024 frames · 21 ms");
        }));
    }

    void jackSetsItsBufferItself()
    {
        Bench bench(driven("jack"));
        QVERIFY(!bench.frames().isEnabled() && !bench.periods().isEnabled());
        QVERIFY(bench.frames().toolTip().contains(QStringLiteral("JACK")));
    }

    void aDriverThatCannotBeOpenedSaysWhyAndAllElseGoesOn()
    {
        Bench bench(driven("no-such-driver"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.isSettled(), kPatienceMs);
        QVERIFY2(bench.state().contains(QStringLiteral("no-such-driver")) &&
                     bench.state().contains(QStringLiteral("could not be opened")),
                 qPrintable(bench.state()));
        QVERIFY(bench.player.deviceInWords().contains(QStringLiteral("could not be opened")));
        QVERIFY(bench.button("Try again").isVisible());
        QVERIFY(!bench.button("Play a test note").isEnabled());
        QVERIFY(bench.button("Play a test note")
                    .toolTip()
                    .contains(QStringLiteral("could not be opened")));
        QTRY_COMPARE_WITH_TIMEOUT(bench.driver().currentText(),
                                  QStringLiteral("no-such-driver (not on this computer)"),
                                  kPatienceMs);
        QVERIFY(bench.player.isOpen()); // By the clock: the playhead moves.

        bench.button("Try again").click();
        QCOMPARE(bench.state(), QStringLiteral("Opening…"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.isSettled(), kPatienceMs);
        QVERIFY(bench.state().contains(QStringLiteral("could not be opened")));

        Bench::take(bench.driver(), QStringLiteral("null"));
        QTRY_VERIFY_WITH_TIMEOUT(bench.isSettled(), kPatienceMs);
        QVERIFY(bench.state().startsWith(QStringLiteral("No sound is wanted")));
        QVERIFY(!bench.button("Try again").isVisible());
        QCOMPARE(soundSettings(bench.settings).driver, std::string("null"));
    }

    void aMissingSoundfontIsSaidThere()
    {
        const QTemporaryDir folder;
        QSettings settings(folder.filePath(QStringLiteral("studio.ini")), QSettings::IniFormat);
        ScoreDocument document;
        Player player(document, "/nowhere/none.sf2");
        player.open(driven("null"));
        QTRY_VERIFY_WITH_TIMEOUT(!player.isOpening(), kPatienceMs);
        QVERIFY(player.whySilent().contains(QStringLiteral("none.sf2")));
        QVERIFY(player.deviceInWords().contains(QStringLiteral("none.sf2")));
        const SoundDialog dialog(player, settings);
        QVERIFY(std::ranges::any_of(dialog.findChildren<QLabel*>(), [](const QLabel* one) {
            return one->text().contains(QStringLiteral("none.sf2"));
        }));
    }
};

QTEST_MAIN(TestSoundSettings)
#include "tst_sound_settings.moc"
