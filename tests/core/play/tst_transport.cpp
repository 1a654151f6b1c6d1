// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/play/transport.h"
#include "tests/core/play/sound_test.h"

#include <QTest>

#include <cmath>
#include <map>

using namespace continuo;

namespace {

/// Writes down what reaches the synthesizer, and when in frames rendered.
struct Recorder final : MessageSink
{
    struct Entry
    {
        std::int64_t frame = 0;
        int status = 0;
        int data1 = 0;
        int data2 = 0;
    };
    std::vector<Entry> entries{};
    std::int64_t now = 0;
    std::map<std::pair<int, int>, int> sounding{};

    void send(std::uint8_t status, std::uint8_t data1, std::uint8_t data2) override
    {
        entries.push_back({now, status, data1, data2});
        const std::pair note{status & 15, int(data1)};
        if ((status & 0xf0) == 0x90 && data2 > 0)
            ++sounding[note];
        else if ((status & 0xf0) == 0x80)
            --sounding[note];
    }

    QList<qint64> onsets(int key) const
    {
        QList<qint64> frames;
        for (const Entry& entry : entries)
            if ((entry.status & 0xf0) == 0x90 && entry.data1 == key)
                frames.append(entry.frame);
        return frames;
    }
    bool hasHangingNote() const
    {
        for (const auto& [note, count] : sounding)
            if (count != 0)
                return true;
        return false;
    }
};

} // namespace

class TestTransport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (testSoundfont().empty())
            QSKIP("CONTINUO_SOUNDFONT names no soundfont; build the target continuo_soundfont and "
                  "use ctest.");
    }

    void init()
    {
        m_recorder = std::make_unique<Recorder>();
        m_transport = makeTransport(m_recorder.get());
    }

    void theLevelIsTheLoudestSampleSinceTheLastQuestion()
    {
        std::vector<float> left(48'000);
        std::vector<float> right(48'000);
        m_transport->process(left, right);
        QCOMPARE(m_transport->takeLevel().left, 0.0f);
        m_transport->playLive(0xB0, 10, 0); // To the left.
        m_transport->playLive(0x90, 60, 100);
        m_transport->process(left, right);
        const auto loudest = [](const std::vector<float>& channel) {
            float most = 0;
            for (const float sample : channel)
                most = std::max(most, std::abs(sample));
            return most;
        };
        const StereoLevel level = m_transport->takeLevel();
        QCOMPARE(level.left, loudest(left));
        QCOMPARE(level.right, loudest(right));
        QVERIFY2(level.left > 0.01f && level.left > level.right,
                 qPrintable(QStringLiteral("%1 %2").arg(level.left).arg(level.right)));
        QCOMPARE(m_transport->takeLevel().left, 0.0f);
    }

    void theSameBytesForAnyBufferSize_data()
    {
        QTest::addColumn<qint64>("loopEnd");
        QTest::addColumn<bool>("hasMetronome");
        QTest::newRow("to the end") << qint64(0) << false;
        QTest::newRow("metronome") << qint64(0) << true;
        QTest::newRow("loop of odd length") << qint64(20'011) << false;
        QTest::newRow("loop of whole blocks") << qint64(kSynthBlock * 300) << true;
        QTest::newRow("loop shorter than a block") << qint64(41) << false;
    }

    void theSameBytesForAnyBufferSize()
    {
        QFETCH(const qint64, loopEnd);
        QFETCH(const bool, hasMetronome);
        Score score = testScore({{0, 480, 60}, {333, 480, 64}, {700, 100, 67}, {1000, 1, 72}});
        score.addEvent(score.tracks[0].id,
                       {.time = {400}, .status = 0xb0, .data1 = 64, .data2 = 127});
        score.addEvent(score.tracks[0].id,
                       {.time = {900}, .status = 0xb0, .data1 = 64, .data2 = 0});
        const auto plan = std::make_shared<const PlaybackPlan>(score, PlanOptions{});
        std::vector<float> expected;
        // 64 first: a block at a time.
        for (const std::size_t buffer : {64UL, 1UL, 100UL, 128UL, 256UL, 1000UL, 4096UL}) {
            const auto transport = makeTransport(nullptr);
            transport->setPlan(plan);
            if (loopEnd > 0)
                transport->setLoop(LoopRange{0, loopEnd});
            transport->setMetronome(hasMetronome);
            transport->play();
            std::vector<float> sound = render(*transport, 60'000, buffer);
            if (expected.empty())
                expected = sound;
            QVERIFY2(sound == expected,
                     qPrintable(QString("buffers of %1 frames sound different").arg(buffer)));
            QCOMPARE(transport->isPlaying(), loopEnd > 0);
        }
        QVERIFY(peakOf(expected) > 0.01F);
    }

    void everyMessageIsWithinHalfABlockOfItsFrame()
    {
        std::vector<TestNote> notes;
        for (int i = 0; i < 200; ++i)
            notes.push_back({i * 37, 30, 40 + i % 40});
        const auto plan = planOf(notes);
        m_transport->setPlan(plan);
        m_transport->play();
        run(plan->length() + 1000);
        std::size_t next = 0;
        for (const PlanEvent& event : plan->events()) {
            if (event.kind != PlanEvent::Kind::NoteOn)
                continue;
            while (next < m_recorder->entries.size() &&
                   (m_recorder->entries[next].status & 0xf0) != 0x90)
                ++next;
            QVERIFY(next < m_recorder->entries.size());
            QVERIFY(std::abs(m_recorder->entries[next++].frame - event.frame) <= 32);
        }
        QVERIFY(!m_recorder->hasHangingNote());
        QVERIFY(!m_transport->isPlaying());
    }

    void loopsDoNotDrift_data()
    {
        QTest::addColumn<qint64>("length");
        QTest::newRow("whole blocks") << qint64(6400);
        QTest::newRow("odd length") << qint64(6401);
        QTest::newRow("prime") << qint64(7919);
        QTest::newRow("shorter than a block") << qint64(41);
    }

    void loopsDoNotDrift()
    {
        QFETCH(const qint64, length);
        m_transport->setPlan(planOf({{0, 1, 60}, {4800, 480, 62}}));
        m_transport->setLoop(LoopRange{0, length});
        m_transport->play();
        run(200 * length);
        const QList<qint64> onsets = m_recorder->onsets(60);
        QVERIFY(onsets.size() >= 199);
        for (qint64 i = 0; i < onsets.size(); ++i)
            QVERIFY2(std::abs(onsets[i] - i * length) <= 32,
                     qPrintable(QString("repeat %1 at frame %2").arg(i).arg(onsets[i])));
        QVERIFY(m_transport->isPlaying());
    }

    void stopFallsSilentWithinATenthOfASecond_data()
    {
        QTest::addColumn<bool>("hasPedal");
        QTest::newRow("plain") << false;
        QTest::newRow("pedal down") << true;
    }

    void stopFallsSilentWithinATenthOfASecond()
    {
        QFETCH(const bool, hasPedal);
        Score score = testScore({{0, 48'000, 60}, {0, 48'000, 64}});
        if (hasPedal)
            score.addEvent(score.tracks[0].id, {.status = 0xb0, .data1 = 64, .data2 = 127});
        m_transport->setPlan(std::make_shared<const PlaybackPlan>(score, PlanOptions{}));
        m_transport->play();
        QVERIFY(peakOf(run(24'000)) > 0.01F);
        m_transport->stop();
        run(4800);
        QCOMPARE(m_transport->activeVoices(), 0);
        QVERIFY(!m_recorder->hasHangingNote());
        const std::int64_t position = m_transport->position();
        run(4800);
        QCOMPARE(m_transport->position(), position);
    }

    void seekTellsTheSynthesizerWhatItMissed()
    {
        Score score = testScore({{0, 480, 60}, {960, 480, 62}});
        score.addEvent(score.tracks[0].id, programChange({480}, 0, 40));
        m_transport->setPlan(std::make_shared<const PlaybackPlan>(score, PlanOptions{}));
        m_transport->seek(48'000);
        m_transport->play();
        run(1000);
        QCOMPARE(m_recorder->onsets(60), QList<qint64>());
        QCOMPARE(m_recorder->onsets(62), QList<qint64>{0});
        QVERIFY(std::any_of(m_recorder->entries.begin(), m_recorder->entries.end(),
                            [](const Recorder::Entry& entry) {
                                return entry.status == 0xc0 && entry.data1 == 40;
                            }));
    }

    void aNoteThatLeavesThePlanEndsAndOneThatStaysSoundsOn()
    {
        m_transport->setPlan(planOf({{0, 4800, 60}, {0, 4800, 64}}));
        m_transport->play();
        run(10'000);
        m_transport->setPlan(planOf({{0, 4800, 60}, {2400, 100, 72}}));
        run(1000);
        QCOMPARE((m_recorder->sounding[{0, 60}]), 1);
        QCOMPARE((m_recorder->sounding[{0, 64}]), 0);
        run(300'000);
        QCOMPARE(m_recorder->onsets(60).size(), 1);
        QCOMPARE(m_recorder->onsets(72).size(), 1);
        QVERIFY(!m_recorder->hasHangingNote());
    }

    void theMetronomeIsHeardOnlyWhenOn()
    {
        m_transport->setPlan(planOf({{0, 480 * 8, 60}}));
        m_transport->play();
        run(48'000);
        QCOMPARE(m_recorder->onsets(76).size() + m_recorder->onsets(77).size(), 0);
        m_transport->setMetronome(true);
        run(96'000);
        QCOMPARE(m_recorder->onsets(76).size() + m_recorder->onsets(77).size(), 4);
    }

    void anotherSoundfontTakesOverWithoutAGapInTime()
    {
        m_transport->setPlan(planOf({{0, 480, 60}, {480, 480, 62}}));
        m_transport->play();
        run(12'000);
        m_transport->setSynthesizer(std::move(*Synthesizer::open(testSoundfont(), {})));
        run(36'000);
        QCOMPARE(m_recorder->onsets(62).size(), 1);
        QVERIFY(std::abs(m_recorder->onsets(62)[0] - 24'000) <= 32);
    }

    void nothingHangsAfterAnySequenceOfCommands()
    {
        const CounterRandom random(11, CounterRandom::Domain::Test);
        const char* const rounds = std::getenv("CONTINUO_SOAK_ROUNDS");
        const std::uint32_t count = rounds ? static_cast<std::uint32_t>(std::atoi(rounds)) : 40;
        for (std::uint32_t round = 0; round < count; ++round) {
            init();
            for (std::uint32_t step = 0; step < 40; ++step) {
                const auto draw = [&](std::uint64_t bound, std::uint32_t which) {
                    return static_cast<std::int64_t>(random.below(bound, round, step, which));
                };
                switch (draw(8, 0)) {
                case 0:
                    m_transport->play();
                    break;
                case 1:
                    m_transport->stop();
                    break;
                case 2:
                    m_transport->seek(draw(100'000, 1));
                    break;
                case 3: {
                    const std::int64_t start = draw(50'000, 2);
                    m_transport->setLoop(LoopRange{start, start + 1 + draw(20'000, 3)});
                    break;
                }
                case 4:
                    m_transport->setLoop(std::nullopt);
                    break;
                case 5: {
                    std::vector<TestNote> notes;
                    for (std::uint32_t i = 0; i < 20; ++i)
                        notes.push_back({draw(1920, 10 + i), draw(960, 40 + i),
                                         50 + static_cast<int>(draw(12, 70 + i)),
                                         static_cast<int>(draw(2, 100 + i))});
                    m_transport->setPlan(planOf(notes));
                    break;
                }
                case 6:
                    m_transport->setMetronome(draw(2, 4) == 0);
                    break;
                default:
                    break;
                }
                run(draw(5000, 5));
            }
            m_transport->stop();
            run(4800);
            QCOMPARE(m_transport->activeVoices(), 0);
            for (const auto& [note, sounding] : m_recorder->sounding)
                if (note.first != kDrumChannel ||
                    (note.second != 76 && note.second != 77)) // strokes need no end
                    QCOMPARE(sounding, 0);
        }
    }

private:
    static std::unique_ptr<Transport> makeTransport(MessageSink* sink)
    {
        auto synthesizer = Synthesizer::open(testSoundfont(), {});
        if (!synthesizer)
            qFatal("%s", synthesizer.error().text.c_str());
        return std::make_unique<Transport>(std::move(*synthesizer), sink);
    }

    static std::shared_ptr<const PlaybackPlan> planOf(const std::vector<TestNote>& notes)
    {
        return std::make_shared<const PlaybackPlan>(testScore(notes), PlanOptions{});
    }

    static std::vector<float> render(Transport& transport, std::size_t frames, std::size_t buffer)
    {
        std::vector<float> left(frames);
        std::vector<float> right(frames);
        for (std::size_t done = 0; done < frames; done += buffer) {
            const std::size_t count = std::min(buffer, frames - done);
            transport.process({left.data() + done, count}, {right.data() + done, count});
        }
        left.insert(left.end(), right.begin(), right.end());
        return left;
    }

    /// Runs `frames` rounded up to whole blocks, keeping the recorder's clock.
    std::vector<float> run(std::int64_t frames)
    {
        std::vector<float> sound;
        for (std::int64_t done = 0; done < frames; done += kSynthBlock) {
            const std::vector<float> block = render(*m_transport, kSynthBlock, kSynthBlock);
            sound.insert(sound.end(), block.begin(), block.end());
            m_recorder->now += kSynthBlock;
        }
        return sound;
    }

    static float peakOf(const std::vector<float>& sound)
    {
        float peak = 0;
        for (const float sample : sound)
            peak = std::max(peak, std::abs(sample));
        return peak;
    }

    std::unique_ptr<Recorder> m_recorder;
    std::unique_ptr<Transport> m_transport;
};

QTEST_APPLESS_MAIN(TestTransport)
#include "tst_transport.moc"
