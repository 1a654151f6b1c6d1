// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/music/lyrics.h"

#include <QTest>

#include <utility>

using namespace continuo;

namespace {

/// A track of text or lyric events, one a quarter; "|" divides them.
Score scoreOf(Meta meta, const QByteArray& events)
{
    Score score;
    const TrackId track = score.addTrack().id;
    std::int64_t time = 0;
    for (const QByteArray& text : events.split('|')) {
        score.addEvent(track, metaEvent({time}, meta,
                                        {text.constData(), static_cast<std::size_t>(text.size())}));
        time += 960;
    }
    return score;
}

/// The lines, divided by " / ", or " // " before a verse.
QString linesText(const Lyrics& lyrics)
{
    QString text;
    for (const LyricLine& line : lyrics.lines) {
        if (!text.isEmpty())
            text += line.beginsVerse ? " // " : " / ";
        text += QString::fromStdString(line.text);
    }
    return text;
}

/// The syllables, with a hyphen where a word goes on.
QString syllablesText(const std::vector<SungTrack>& tracks)
{
    QStringList text;
    for (const SungTrack& track : tracks) {
        QString one = QString::number(track.track) + ':';
        for (const LyricSyllable& syllable : track.syllables)
            one += QString(" %1@%2%3")
                       .arg(QString::fromStdString(syllable.text))
                       .arg(syllable.time.value / 960)
                       .arg(syllable.endsWord ? "" : "-");
        text.append(one);
    }
    return text.join(" / ");
}

} // namespace

class TestLyrics : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void syllablesAreTold_data()
    {
        QTest::addColumn<int>("meta");
        QTest::addColumn<QByteArray>("events");
        QTest::addColumn<QString>("syllables");
        const auto row = [](const char* name, Meta meta, const QByteArray& events,
                            const char* syllables) {
            QTest::newRow(name) << static_cast<int>(meta) << events << QString::fromUtf8(syllables);
        };
        row("RP-017", Meta::Lyric, "Twin|kle |lit|tle |star\r|How I \r\n|won|der\n|what",
            "0: Twin@0- kle@1 lit@2- tle@3 star@4 How I@5 won@6- der@7 what@8");
        row("spaces in front", Meta::Lyric, "Twin|kle| lit|tle", "0: Twin@0- kle@1 lit@2- tle@3");
        row("a space alone", Meta::Lyric, "Twin|kle| |lit", "0: Twin@0- kle@1 lit@3");
        row("no spaces", Meta::Lyric, "Twin-|kle|lit-|tle|star",
            "0: Twin@0- kle@1 lit@2- tle@3 star@4");
        row("karaoke", Meta::Text, "@KMIDI KARAOKE FILE|@TA title|\\One| two|/three|\\four",
            "0: One@2 two@3 three@4 four@5");
        row("encoding", Meta::Lyric, "\xe9t\xe9 ", "0: été@0");
        row("plain texts are no words", Meta::Text, "made by me|in a hurry", "");
        row("nothing", Meta::Lyric, " |\r", "");
    }

    void syllablesAreTold()
    {
        QFETCH(const int, meta);
        QFETCH(const QByteArray, events);
        QFETCH(const QString, syllables);
        QCOMPARE(syllablesText(sungTracks(scoreOf(static_cast<Meta>(meta), events))), syllables);
    }

    void everyTrackHasItsSyllables()
    {
        Score score = scoreOf(Meta::Lyric, "one |two ");
        const TrackId second = score.addTrack().id;
        score.addEvent(second, metaEvent({960}, Meta::Lyric, "three "));
        QCOMPARE(syllablesText(sungTracks(score)), QString("0: one@0 two@1 / 1: three@1"));
    }

    void linesAreReadable_data()
    {
        QTest::addColumn<int>("meta");
        QTest::addColumn<QByteArray>("events");
        QTest::addColumn<QString>("lines");
        const auto row = [](const char* name, Meta meta, const QByteArray& events,
                            const char* lines) {
            QTest::newRow(name) << static_cast<int>(meta) << events << QString::fromUtf8(lines);
        };
        row("RP-017", Meta::Lyric, "Twin|kle |lit|tle |star\r|How I \r\n|won|der\n|what",
            "Twinkle little star / How I / wonder // what");
        row("no spaces", Meta::Lyric, "Twin-|kle|lit-|tle|star", "Twinkle little star");
        row("karaoke", Meta::Text, "@KMIDI KARAOKE FILE|@TA title|\\One| two|/three|\\four",
            "One two / three // four");
        row("plain texts are no words", Meta::Text, "made by me|in a hurry", "");
        row("Latin-1", Meta::Lyric, "Caf\xe9 au |lait", "Caf\xc3\xa9 au lait");
        row("Windows", Meta::Lyric, "It\x92s \x80", "It\xe2\x80\x99s \xe2\x82\xac");
        row("control characters", Meta::Lyric, "a\x01 b", "a b");
        row("tags", Meta::Lyric, "{@LATIN}|{#Title=x}\xe9t\xe9 |{@UTF-8}\xc3\xa9",
            "\xc3\xa9t\xc3\xa9 / \xc3\xa9");
        row("long lines are divided", Meta::Lyric, QByteArray("word|").repeated(20) + "end",
            "word word word word word word word word word word word word word / "
            "word word word word word word word end");
        if (canReadShiftJis()) {
            row("Shift-JIS", Meta::Lyric, "\x82\xab\x82\xe7 |\x90\xaf",
                "\xe3\x81\x8d\xe3\x82\x89 \xe6\x98\x9f");
            row("Shift-JIS by its tag", Meta::Lyric, "{@JP}\xb7\xd7", "\xef\xbd\xb7\xef\xbe\x97");
            row("Shift-JIS by language", Meta::Text, "@TX|@LJAPN|\\\xb7\xd7",
                "\xef\xbd\xb7\xef\xbe\x97");
        }
    }

    void linesAreReadable()
    {
        QFETCH(const int, meta);
        QFETCH(const QByteArray, events);
        QFETCH(const QString, lines);
        QCOMPARE(linesText(lyricsOf(scoreOf(static_cast<Meta>(meta), events))), lines);
    }

    void karaokeTellsTitleAndLanguage()
    {
        const Lyrics lyrics = lyricsOf(
            scoreOf(Meta::Text, "@KMIDI KARAOKE FILE|@LENGL|@TOne Title|@TThe Artist|\\la"));
        QCOMPARE(lyrics.titles, (std::vector<std::string>{"One Title", "The Artist"}));
        QCOMPARE(lyrics.language, std::string("ENGL"));
        QCOMPARE(lyrics.lines.at(0).start.value, std::int64_t{4 * 960});
        QVERIFY(lyrics.lines.at(0).beginsVerse);
    }

    void theTrackWithMostWordsIsRead()
    {
        Score score = scoreOf(Meta::Lyric, "one ");
        const Score other = scoreOf(Meta::Lyric, "two |three");
        score.tracks.push_back(other.tracks.front());
        QCOMPARE(linesText(lyricsOf(score)), QString("two three"));
        QCOMPARE(lyricsOf(Score{}), Lyrics{});
    }
};

QTEST_APPLESS_MAIN(TestLyrics)
#include "tst_lyrics.moc"
