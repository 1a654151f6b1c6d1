// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/score.h"
#include "ui/compose/alternative.h"
#include "ui/document/tick_range.h"
#include "ui/engine/engine_process.h"

#include <QObject>
#include <QTimer>

#include <optional>
#include <set>
#include <vector>

namespace continuo::ui {

/// A voice of an answer, and where its notes go.
struct AnswerVoice
{
    QString name{};
    std::optional<std::size_t> track{}; ///< Place among the score's tracks; nothing: a new one.
    int program = 0;                    ///< Of a new one.
    bool isWritten = true;              ///< The melody to harmonise is not.
    friend bool operator==(const AnswerVoice&, const AnswerVoice&) = default;
};

/// What is asked of the engine, and what is needed to put its answer into the score.
struct ContinuationQuestion
{
    QString model{}; ///< A file.
    GenerateRequest
        request{}; ///< The seed melody as MIDI in the document's ticks; with the mode "new" none.
    int ticksPerQuarter = kDefaultTicksPerQuarter; ///< The document's.
    Tick origin{};     ///< Added to the times of the answer: where a new piece begins.
    TickRange range{}; ///< Where the answer is expected.
    TrackId track = 0; ///< Where it goes.
    std::uint8_t channel = 0;
};

/// Asks the engine for alternatives, gathers their notes as they come, and keeps them until they
/// are discarded, also when the engine dies or is stopped halfway. GUI thread only.
class Continuation final : public QObject
{
    Q_OBJECT

public:
    /// `engine` is borrowed and must outlive this.
    explicit Continuation(EngineProcess& engine, QObject* parent = nullptr);

    /// Forgets the alternatives there are and asks.
    void ask(ContinuationQuestion question);
    /// Adds `ideas` more alternatives of the same question; those that are there stay.
    void more(int ideas);
    /// What has come so far stays.
    void stop();
    void discard();
    void discard(int index);
    /// What has come, to be put back later; what is being written is stopped, and nothing is left
    /// here.
    struct Offers
    {
        ContinuationQuestion question{};
        std::vector<Alternative> alternatives{};
        std::set<int> discarded{};
        int asked = 0;
        QStringList remarks{};
        std::optional<Tick> end{};
        std::vector<AnswerVoice> voices{};
    };
    std::optional<Offers> take();
    void putBack(Offers offers);
    bool isRunning() const { return m_isRunning; }
    bool canGiveMore() const;

    const std::vector<Alternative>& alternatives() const { return m_alternatives; }
    const Alternative* find(int index) const;
    /// Nothing before the first question and after discard().
    const std::optional<ContinuationQuestion>& question() const { return m_question; }
    /// Where the answer lies: as expected, and as the engine says when it is done.
    TickRange range() const;
    /// As the card of the model says that answered; empty before the first answer.
    const QString& modelName() const { return m_modelName; }
    /// What the model did to the seed melody, in sentences.
    const QStringList& remarks() const { return m_remarks; }
    /// Of a model of several voices: from the highest to the lowest; else empty.
    const std::vector<AnswerVoice>& voices() const { return m_voices; }
    /// How far an answer is that is found step by step: "step 12 of 192"; else empty.
    const QString& progress() const { return m_progress; }
    /// What there is to say about the last question: stopped, died; empty where all went well.
    const QString& sentence() const { return m_sentence; }

Q_SIGNALS:
    void started();
    /// Notes or alternatives came or went; at most thirty times a second while they stream in.
    void changed();
    /// After the last changed(): the question is answered, stopped or failed.
    void ended();
    /// Why there is no answer, for the notices.
    void failed(const continuo::Error& error);

private:
    void begin();
    void load();
    void generate();
    void take(const NoteMessage& message);
    void take(const DraftMessage& message);
    void takeVoices(const Json& params);
    OfferedNote offered(const NoteMessage& message) const;
    Alternative* place(int index);
    void finish(const Result<Json>& answer);
    void fail(const Error& error);
    void end();

    EngineProcess& m_engine;
    std::optional<ContinuationQuestion> m_question{};
    std::vector<Alternative> m_alternatives{};
    std::set<int> m_discarded{};
    int m_firstIndex = 0; ///< Of this run; those before it are there already.
    int m_asked = 0;      ///< Alternatives asked for in all.
    QString m_modelName{};
    QStringList m_remarks{};
    QString m_sentence{};
    QString m_progress{};
    std::vector<AnswerVoice> m_voices{};
    std::optional<Tick> m_end{};
    bool m_isRunning = false;
    bool m_wasStopped = false;
    std::uint64_t m_round = 0; ///< Answers to older questions are not heard.
    EngineProcess::JobId m_job = 0;
    QString m_loadedFile{};  ///< As this engine process loaded it …
    QString m_loadedStamp{}; ///< … and in which state it was.
    QTimer m_teller;
};

} // namespace continuo::ui
