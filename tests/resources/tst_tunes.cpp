// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/abc/write_abc.h"
#include "core/base/file.h"
#include "core/music/key.h"
#include "core/music/meter.h"
#include "tests/core/abc/abc_text.h"

#include <QDir>
#include <QMap>
#include <QSet>
#include <QTest>

using namespace continuo;

/// The bundled tunes: each is one that the reader has nothing to remark on, in its meter and in its
/// key.
class TestTunes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTuneIsRight_data()
    {
        QTest::addColumn<QString>("path");
        for (const QFileInfo& file : files())
            QTest::newRow(qPrintable(file.completeBaseName())) << file.filePath();
        QVERIFY(!files().isEmpty());
    }

    void everyTuneIsRight()
    {
        QFETCH(const QString, path);
        const auto tunes = read(path);
        QCOMPARE(tunes.size(), std::size_t{1});
        const AbcTune& tune = tunes.front();
        QCOMPARE(remarksText(tune), QString());
        QVERIFY(!tune.title.empty());
        const std::vector<Note>& notes = tune.score.tracks.front().notes;
        QVERIFY2(notes.size() >= 20, qPrintable(QString::number(notes.size())));

        // The reader has compared the bars with the meter; the last bar must be whole besides, or
        // complete the pickup.
        QVERIFY(!tune.meter.isFree);
        const std::int64_t end = tune.score.tracks.front().end.value;
        const std::int64_t bar = tune.meter.meter.barLength(960).value;
        const std::int64_t pickup = MeterMap(tune.score).barStart(1).value % bar;
        QVERIFY2(end % bar == 0 || end % bar == pickup,
                 qPrintable(QString("%1 ticks in bars of %2").arg(end).arg(bar)));
    }

    void everyTuneIsInItsKey_data() { everyTuneIsRight_data(); }

    void everyTuneIsInItsKey()
    {
        // Where Krumhansl and Kessler hear another key than the one that is named.
        const QMap<QString, QString> exceptions{
            {"away-in-a-manger", "dominant: the fifth sounds longest"},
            {"drowsy-maggie", "a strain in E dorian and one in D"},
            {"holy-holy-holy", "dominant: the middle cadence"},
            {"jasmine-flower", "five-note scale without the fourth and seventh"},
            {"jingle-bells", "third degree repeated"},
            {"kalinka", "five notes without a sixth and seventh"},
            {"mary-had-a-little-lamb", "third degree repeated"},
            {"nun-danket", "dominant: the fifth repeated"},
            {"the-butterfly", "dominant: the second strain stays on B"},
            {"the-lilting-banshee", "five-note scale without the third"},
            {"tripping-up-the-stairs", "relative minor in the second strain"},
            {"we-three-kings", "the refrain is in the relative major"},
            {"we-wish-you-a-merry-christmas", "dominant: the fifth sounds longest"},
        };
        QFETCH(const QString, path);
        const auto tunes = read(path);
        const AbcTune& tune = tunes.front();
        const std::vector<Note>& notes = tune.score.tracks.front().notes;
        const auto named = tune.key.plainKey();
        QVERIFY(named);
        const auto estimate = estimateKey(notes);
        QVERIFY(estimate);

        // The named key, or for another mode than major and minor one of the two keys of the same
        // notes.
        const int relativeMajor = ((tune.key.sharps * 7) % 12 + 12) % 12;
        const auto isNear = [&](Key key) {
            return key == *named || (tune.key.mode > AbcMode::Minor &&
                                     (key == Key{relativeMajor, Mode::Major} ||
                                      key == Key{(relativeMajor + 9) % 12, Mode::Minor}));
        };
        const QString found = QString::fromStdString(keyName(estimate->key)) + ", then " +
                              QString::fromStdString(keyName(estimate->runnerUp));
        const QString reason = exceptions.value(QFileInfo(path).completeBaseName());
        QVERIFY2(isNear(estimate->key) == reason.isEmpty(),
                 qPrintable(QString::fromStdString(tune.key.text) + " sounds as " + found + " " +
                            reason));

        // Seven of eight notes by length are in the scale, and the last one is the tonic or in its
        // chord.
        double inside = 0;
        double all = 0;
        for (const Note& note : notes) {
            // The raised seventh belongs to a minor key as well.
            const bool isLeading =
                named->mode == Mode::Minor && note.pitch.pitchClass() == (named->tonic + 11) % 12;
            const bool fits = isLeading || isInSignature(tune.key, note.pitch.pitchClass());
            inside += fits ? static_cast<double>(note.length.value) : 0;
            all += static_cast<double>(note.length.value);
        }
        QVERIFY2(inside >= 0.875 * all, qPrintable(QString::number(inside / all)));
        const int last = (notes.back().pitch.pitchClass() - named->tonic + 12) % 12;
        QVERIFY2((QSet<int>{0, 3, 4, 7}.contains(last)), qPrintable(QString::number(last)));
    }

    void everyTuneComesBackFromItsWriting_data() { everyTuneIsRight_data(); }

    void everyTuneComesBackFromItsWriting()
    {
        QFETCH(const QString, path);
        const auto tunes = read(path);
        const Score& score = tunes.front().score;
        const auto written = writeAbc(score);
        QVERIFY(written);
        QCOMPARE(written->leftOutNotes, std::size_t{0});
        const auto again = readAbc(written->text, "again");
        QVERIFY(again);
        QCOMPARE(remarksText(again->front()), QString());
        QCOMPARE(notesText(again->front().score.tracks.front().notes),
                 notesText(score.tracks.front().notes));
        QCOMPARE(QString::fromStdString(again->front().title),
                 QString::fromStdString(tunes.front().title));
        QVERIFY(again->front().key.accidentals == tunes.front().key.accidentals);
    }

    void thereIsEnoughOfEachKind()
    {
        QMap<QString, int> meters;
        QSet<QString> titles;
        QSet<QString> countries;
        int minor = 0;
        int count = 0;
        for (const QFileInfo& file : files()) {
            const auto tunes = read(file.filePath());
            const AbcTune& tune = tunes.front();
            ++count;
            ++meters[QString::fromStdString(meterName(tune.meter.meter))];
            minor += tune.key.mode != AbcMode::Major ? 1 : 0;
            titles.insert(QString::fromStdString(tune.title));
            for (const Event& event : tune.score.tracks.front().events) {
                if (event.payload.text().starts_with("O:"))
                    countries.insert(QString::fromStdString(std::string(event.payload.text())));
            }
        }
        qInfo() << count << "tunes," << minor << "of them minor or modal," << countries.size()
                << "countries," << meters;
        QVERIFY(count >= 60);
        QVERIFY(minor >= 18);
        QCOMPARE(titles.size(), count);
        QVERIFY(countries.size() >= 5);
        for (const char* meter : {"2/4", "3/4", "4/4", "6/8"})
            QVERIFY2(meters[meter] >= 5, meter);
    }

private:
    static QFileInfoList files()
    {
        return QDir(qEnvironmentVariable("CONTINUO_RESOURCES") + "/tunes")
            .entryInfoList({"*.abc"}, QDir::Files);
    }

    static std::vector<AbcTune> read(const QString& path)
    {
        const auto text = readTextFile(path.toStdString());
        auto tunes =
            text ? readAbc(*text, path.toStdString()) : Result<std::vector<AbcTune>>(text.error());
        return tunes ? *tunes : std::vector<AbcTune>(1);
    }

    static bool isInSignature(const AbcKey& key, int pitchClass)
    {
        constexpr int kSteps[] = {0, 2, 4, 5, 7, 9, 11};
        for (std::size_t i = 0; i < 7; ++i) {
            if ((kSteps[i] + key.accidentals[i] + 12) % 12 == pitchClass)
                return true;
        }
        return false;
    }
};

QTEST_APPLESS_MAIN(TestTunes)
#include "tst_tunes.moc"
