// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/continuation.h"

#include "core/music/meter.h"

#include <QDateTime>
#include <QFileInfo>

#include <algorithm>
#include <cmath>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kMostAlternatives = 256;
constexpr int kTellEveryMs = 33;

/// Which process loaded which state of which file.
QString stampOf(const QString& file, qint64 process)
{
    const QFileInfo info(file);
    return QStringLiteral("%1 %2 %3")
        .arg(process)
        .arg(info.size())
        .arg(info.lastModified().toMSecsSinceEpoch());
}

QStringList remarksOf(const Json& answer)
{
    QStringList sentences;
    const auto prompt = answer.find("prompt");
    if (prompt == answer.end() || !prompt->is_object() || !prompt->contains("remarks"))
        return sentences;
    for (const Json& remark : (*prompt)["remarks"]) {
        if (remark.is_object() && remark.contains("text") && remark["text"].is_string())
            sentences << QString::fromStdString(remark["text"].get<std::string>());
    }
    return sentences;
}

} // namespace

Continuation::Continuation(EngineProcess& engine, QObject* parent)
    : QObject(parent)
    , m_engine(engine)
{
    m_teller.setSingleShot(true);
    m_teller.setInterval(kTellEveryMs);
    connect(&m_teller, &QTimer::timeout, this, &Continuation::changed);
}

void Continuation::ask(ContinuationQuestion question)
{
    stop();
    m_alternatives.clear();
    m_remarks.clear();
    m_voices.clear();
    m_end.reset();
    m_discarded.clear();
    m_question = std::move(question);
    m_firstIndex = 0;
    m_asked = m_question->request.alternatives;
    begin();
}

bool Continuation::canGiveMore() const
{
    return m_question && !m_isRunning && m_asked < kMostAlternatives;
}

void Continuation::more(int ideas)
{
    if (!canGiveMore())
        return;
    m_firstIndex = m_asked;
    m_asked = std::min(m_asked + ideas, kMostAlternatives);
    m_question->request.alternatives = m_asked;
    begin();
}

void Continuation::begin()
{
    ++m_round;
    m_isRunning = true;
    m_wasStopped = false;
    m_sentence.clear();
    Q_EMIT started();
    Q_EMIT changed();
    // Others may have loaded another model into the same engine meanwhile, and the file may have
    // been written anew.
    m_job = m_engine.ask(QStringLiteral("model"), Json::object(), this,
                         [this, round = m_round](const Result<Json>& model) {
                             if (round != m_round)
                                 return;
                             if (m_wasStopped)
                                 return end();
                             if (!model)
                                 return fail(model.error());
                             std::filesystem::path loaded;
                             if (model->is_object()) {
                                 JsonMembers members(*model, "model");
                                 members.read("file", loaded);
                             }
                             const bool isThere =
                                 QString::fromStdString(loaded.string()) == m_question->model &&
                                 m_loadedFile == m_question->model &&
                                 m_loadedStamp == stampOf(m_question->model, m_engine.processId());
                             isThere ? generate() : load();
                         });
}

void Continuation::load()
{
    LoadRequest request;
    request.model = std::filesystem::path(m_question->model.toStdString());
    const QString stamp = stampOf(m_question->model, m_engine.processId());
    m_job = m_engine.ask(QStringLiteral("load"), toJson(request), this,
                         [this, round = m_round, stamp](const Result<Json>& model) {
                             if (round != m_round)
                                 return;
                             if (m_wasStopped)
                                 return end();
                             if (!model)
                                 return fail(model.error());
                             m_loadedFile = m_question->model;
                             m_loadedStamp = stamp;
                             JsonMembers members(*model, "model");
                             std::string name;
                             members.read("name", name);
                             m_modelName = QString::fromStdString(name);
                             generate();
                         });
}

void Continuation::generate()
{
    m_job = m_engine.ask(
        QStringLiteral("generate"), toJson(m_question->request), this,
        [this, round = m_round](const Result<Json>& answer) {
            if (round == m_round)
                finish(answer);
        },
        [this, round = m_round](const std::string& method, const Json& params) {
            if (round != m_round)
                return;
            if (method == "voices")
                return takeVoices(params);
            if (method == "draft") {
                if (const Result<DraftMessage> message = draftMessageFromJson(params))
                    take(*message);
            } else if (method == "note") {
                if (const Result<NoteMessage> message = noteMessageFromJson(params))
                    take(*message);
            }
        });
}

OfferedNote Continuation::offered(const NoteMessage& message) const
{
    const auto ticks = [this](double quarters) {
        return Tick{std::llround(quarters * m_question->ticksPerQuarter)};
    };
    OfferedNote offered;
    const bool isNew = m_question->request.mode == "new";
    const Tick start = isNew ? ticks(message.start) : Tick{message.startTick};
    offered.note.start = start + m_question->origin;
    offered.note.length =
        isNew ? ticks(message.start + message.length) - start : Tick{message.lengthTicks};
    offered.note.pitch = Pitch{static_cast<std::uint8_t>(std::clamp(message.pitch, 0, 127))};
    offered.note.velocity = static_cast<std::uint8_t>(std::clamp(message.velocity, 1, 127));
    offered.note.channel =
        message.program ? static_cast<std::uint8_t>(message.channel & 15) : m_question->channel;
    offered.program = message.program;
    offered.probability = message.probability;
    offered.rank = message.rank;
    offered.voice = message.voice;
    return offered;
}

Alternative* Continuation::place(int index)
{
    if (index < m_firstIndex || m_discarded.contains(index))
        return nullptr;
    auto place = std::ranges::lower_bound(m_alternatives, index, {}, &Alternative::index);
    if (place == m_alternatives.end() || place->index != index) {
        Alternative alternative;
        alternative.index = index;
        place = m_alternatives.insert(place, std::move(alternative));
    }
    if (!m_teller.isActive())
        m_teller.start();
    return &*place;
}

void Continuation::take(const NoteMessage& message)
{
    Alternative* const alternative = place(message.alternative);
    if (!alternative)
        return;
    if (std::exchange(alternative->isDraft, false))
        alternative->notes.clear();
    alternative->notes.push_back(offered(message));
}

void Continuation::take(const DraftMessage& message)
{
    Alternative* const alternative = place(message.alternative);
    if (!alternative)
        return;
    alternative->isDraft = true;
    alternative->notes.clear();
    for (const NoteMessage& note : message.notes)
        alternative->notes.push_back(offered(note));
    m_progress = tr("Step %1 of %2").arg(message.round).arg(message.rounds);
}

void Continuation::takeVoices(const Json& params)
{
    m_voices.clear();
    const auto list = params.find("voices");
    if (list == params.end() || !list->is_array())
        return;
    for (const Json& each : *list) {
        JsonMembers members(each, "voices");
        AnswerVoice voice;
        std::string name;
        members.read("name", name);
        members.read("program", voice.program, 0, 127);
        members.read("written", voice.isWritten);
        voice.name = QString::fromStdString(name);
        const auto track = each.find("track");
        if (track != each.end() && track->is_number_unsigned())
            voice.track = track->get<std::size_t>();
        m_voices.push_back(std::move(voice));
    }
}

void Continuation::finish(const Result<Json>& answer)
{
    if (!answer)
        return answer.error().kind == ErrorKind::Cancelled ? end() : fail(answer.error());
    m_remarks = remarksOf(*answer);
    takeVoices(*answer);
    const auto endTick = answer->find("endTick");
    const auto resolution = answer->find("ticksPerQuarter");
    if (endTick != answer->end() && endTick->is_number_integer() && resolution != answer->end() &&
        resolution->is_number_integer())
        m_end = Tick{endTick->get<std::int64_t>() * m_question->ticksPerQuarter /
                     std::max<std::int64_t>(resolution->get<std::int64_t>(), 1)} +
                m_question->origin;
    for (Alternative& alternative : m_alternatives)
        alternative.isWhole = alternative.isWhole || alternative.index >= m_firstIndex;
    end();
}

void Continuation::fail(const Error& error)
{
    if (error.id == "engine.died" && !m_alternatives.empty())
        m_sentence =
            tr("The engine ended while it was writing. The notes that had come are kept here.");
    Q_EMIT failed(error);
    end();
}

void Continuation::end()
{
    m_teller.stop();
    m_isRunning = false;
    m_job = 0;
    m_progress.clear();
    if (m_wasStopped)
        m_sentence = m_alternatives.empty() ? tr("Stopped before the first note.")
                                            : tr("Stopped. What had come by then is kept here.");
    Q_EMIT changed();
    Q_EMIT ended();
}

void Continuation::stop()
{
    if (!m_isRunning)
        return;
    m_wasStopped = true;
    m_engine.cancel(m_job);
}

void Continuation::discard()
{
    stop();
    ++m_round;
    m_question.reset();
    m_alternatives.clear();
    m_remarks.clear();
    m_wasStopped = false;
    m_isRunning = false;
    m_teller.stop();
    m_sentence.clear();
    m_progress.clear();
    m_voices.clear();
    Q_EMIT changed();
    Q_EMIT ended();
}

void Continuation::discard(int index)
{
    if (std::erase_if(m_alternatives, [index](const Alternative& alternative) {
            return alternative.index == index;
        }) == 0)
        return;
    m_discarded.insert(index);
    if (m_alternatives.empty() && !m_isRunning)
        discard();
    else
        Q_EMIT changed();
}

std::optional<Continuation::Offers> Continuation::take()
{
    if (!m_question)
        return std::nullopt;
    Offers offers{std::move(*m_question), std::move(m_alternatives),
                  std::move(m_discarded), m_asked,
                  std::move(m_remarks),   m_end,
                  std::move(m_voices)};
    discard();
    return offers;
}

void Continuation::putBack(Offers offers)
{
    discard();
    m_question = std::move(offers.question);
    m_alternatives = std::move(offers.alternatives);
    m_discarded = std::move(offers.discarded);
    m_asked = offers.asked;
    m_remarks = std::move(offers.remarks);
    m_end = offers.end;
    m_voices = std::move(offers.voices);
    Q_EMIT changed();
}

const Alternative* Continuation::find(int index) const
{
    const auto found = std::ranges::find(m_alternatives, index, &Alternative::index);
    return found == m_alternatives.end() ? nullptr : &*found;
}

TickRange Continuation::range() const
{
    if (!m_question)
        return {};
    TickRange range = m_question->range;
    if (m_end)
        range.end = std::max(*m_end, range.start + Tick{1});
    return range;
}

} // namespace continuo::ui
