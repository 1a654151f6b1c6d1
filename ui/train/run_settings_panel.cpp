// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_settings_panel.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/notices.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/train/draft_files.h"
#include "ui/train/figure_card.h"
#include "ui/train/json_members.h"
#include "ui/train/run_draft.h"
#include "ui/train/spans.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <optional>

namespace continuo::ui {

namespace {

constexpr QLatin1String kBest("/best.safetensors");
constexpr int kNameWidth = 90;
constexpr int kPencil = 12;
constexpr int kFieldEdges = 22; ///< Of a field, left and right of its text together.

/// The settings that are shown one by one, in their order.
const char* const kShown[] = {"network.dropout", "training.optimizer", "training.batch"};

constexpr qint64 kLongestPatience = 1'000'000;

QString patienceInWords(std::int64_t evaluations)
{
    return evaluations == 0
               ? RunSettingsPanel::tr("never")
               : RunSettingsPanel::tr("%1 without gain").arg(countInWords(evaluations));
}

/// The digits of what was typed, as a number; nothing where there are none.
std::optional<qint64> numberIn(const QString& text)
{
    QString digits;
    for (const QChar c : text) {
        if (c.isDigit())
            digits += c;
    }
    bool isNumber = false;
    const qint64 number = digits.toLongLong(&isNumber);
    return isNumber ? std::optional(number) : std::nullopt;
}

} // namespace

RunSettingsPanel::RunSettingsPanel(const StudioContext& context, PresetCatalogue& catalogue,
                                   QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_catalogue(catalogue)
{
    setSurface(*this, Surface::Right);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 12, 0, 12);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* inside = new QWidget(scroll);
    inside->setProperty("surface", "clear");
    m_fields = new QVBoxLayout(inside);
    m_fields->setContentsMargins(12, 0, 12, 0);
    m_fields->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->addWidget(label(tr("Settings of this run"), TextRole::Heading, inside));
    head->addStretch();
    head->addWidget(label(tr("locked but"), TextRole::Small, inside));
    auto* pencil = new QLabel(inside);
    pencil->setAccessibleName(tr("where a pencil is"));
    const auto showPencil = [pencil, &appearance = context.appearance] {
        pencil->setPixmap(lineIcon(appearance, QStringLiteral("edit"))
                              .pixmap(QSize(kPencil, kPencil), pencil->devicePixelRatio()));
    };
    showPencil();
    connect(&context.appearance, &Appearance::changed, pencil, showPencil);
    head->addWidget(pencil);
    m_fields->addLayout(head);
    m_data = addField(tr("Data"));
    m_device = addField(tr("Device"));
    m_preset = addField(tr("Preset"));
    m_from = addField(tr("Begins with"));
    m_fromName = m_names.back();
    m_encoding = addField(tr("Encoding"));
    m_network = addField(tr("Network"));
    for (const char* key : kShown)
        m_locked[QString::fromLatin1(key)] = addField(settingLabel(QString::fromLatin1(key)));
    m_rate = addField(tr("Learning rate"));
    m_length = addField(tr("Length"));
    m_patience = addField(tr("Early stop"));
    for (QLineEdit* field : {m_rate, m_length, m_patience})
        field->addAction(lineIcon(context.appearance, QStringLiteral("edit")),
                         QLineEdit::TrailingPosition);
    auto* card = new FigureCard(inside);
    m_weights = card->addRow(tr("Weights"));
    m_speed = card->addRow(tr("One epoch"));
    m_time = card->addRow(tr("Trained for"));
    m_where = card->addRow(tr("Where"));
    m_fields->addWidget(card);
    m_losses = label(QString(), TextRole::Small, inside);
    m_losses->setWordWrap(true);
    m_losses->setToolTip(
        tr("What was encoded to learn from, and behind it what the encoding could not keep"));
    m_fields->addWidget(m_losses);
    auto* copy = button(tr("New run from this…"), inside);
    copy->setToolTip(tr("A new run with these settings, to be changed before it starts"));
    m_fields->addWidget(copy);
    m_refine = button(tr("Refine its best…"), inside);
    m_refine->setToolTip(tr("A new run that begins with the weights of this one's best point"));
    m_fields->addWidget(m_refine);
    m_fields->addStretch();
    scroll->setWidget(inside);
    outer->addWidget(scroll);
    connect(copy, &QPushButton::clicked, this, &RunSettingsPanel::copyRequested);
    connect(m_rate, &QLineEdit::editingFinished, this, &RunSettingsPanel::rateEntered);
    connect(m_length, &QLineEdit::editingFinished, this, &RunSettingsPanel::lengthEntered);
    connect(m_patience, &QLineEdit::editingFinished, this, &RunSettingsPanel::patienceEntered);
    connect(m_refine, &QPushButton::clicked, this, [this] {
        if (m_run)
            Q_EMIT refineRequested(m_run->path + kBest);
    });
}

void RunSettingsPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (m_run)
        show(m_run);
}

QLineEdit* RunSettingsPanel::addField(const QString& name)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    auto* words = label(name, TextRole::Muted, this);
    words->setFixedWidth(kNameWidth);
    auto* field = new QLineEdit(this);
    field->setReadOnly(true);
    field->setAccessibleName(name);
    words->setBuddy(field);
    m_names.push_back(words);
    row->addWidget(words);
    row->addWidget(field, 1);
    m_fields->addLayout(row);
    return field;
}

void RunSettingsPanel::setField(QLineEdit* field, const QString& words, const QString& help)
{
    if (field->hasFocus() && !field->isReadOnly())
        return; // Somebody is typing.
    field->setText(words);
    field->setCursorPosition(0);
    field->setToolTip(help);
}

void RunSettingsPanel::show(const RunFactsPointer& run)
{
    m_run = run;
    const RunStory& story = run->story;
    const QString lockedWhy =
        tr("Locked: a run keeps its settings. New run from this… makes one that can be changed.");
    const QString pieces =
        story.trainPieces > 0 ? tr(", %1 pieces").arg(countInWords(story.trainPieces)) : QString();
    const QFontMetrics metrics = m_data->fontMetrics();
    const int room = m_data->width() - kFieldEdges - metrics.horizontalAdvance(pieces);
    setField(m_data, metrics.elidedText(run->datasetName, Qt::ElideMiddle, room) + pieces,
             run->datasetName + pieces + QLatin1Char('\n') +
                 (run->dataset.isEmpty() ? lockedWhy : run->dataset));
    const QString device =
        story.device == QLatin1String("cpu")
            ? (story.threads == 1 ? tr("CPU, 1 thread") : tr("CPU, %1 threads").arg(story.threads))
            : story.device;
    setField(m_device,
             story.workers == 1 ? device : tr("%1, in %2 workers").arg(device).arg(story.workers),
             lockedWhy);
    const QString variant = textAt(run->config, "variant");
    setField(m_preset,
             textAt(run->config, "preset") +
                 (variant.isEmpty() ? QString() : QStringLiteral(", ") + variant),
             lockedWhy);
    const QString from = textAt(run->config, "from");
    m_from->setVisible(!from.isEmpty());
    m_fromName->setVisible(!from.isEmpty());
    if (!from.isEmpty())
        setField(m_from, modelInWords(from), from);
    setField(m_encoding, encodingInWords(run->config), lockedWhy);
    setField(m_network, networkInWords(run->config), lockedWhy);
    for (const auto& [key, field] : m_locked) {
        const SettingInfo* setting = m_catalogue.setting(key);
        QString words = settingToText(valueAt(run->config, key));
        if (setting && setting->kind == SettingInfo::Kind::Choice)
            words = choiceLabel(key, words);
        setField(field, words, lockedWhy);
    }
    const bool goesOn = isGoingOn(run->state) && story.hasBegun;
    const double rate = story.learningRate > 0
                            ? story.learningRate
                            : numberAt(memberAt(run->config, "training"), "learningRate");
    m_rate->setReadOnly(!goesOn);
    setField(m_rate, QString::number(rate, 'g', 6),
             goesOn ? tr("From the next step on; ends the schedule. Return sets it.")
                    : tr("It can be changed while the run is trained."));
    const std::int64_t epochs =
        story.epochs > 0 ? story.epochs : wholeAt(memberAt(run->config, "training"), "epochs");
    const bool canGrow = run->state != RunState::Elsewhere && story.hasBegun;
    m_length->setReadOnly(!canGrow);
    setField(m_length, tr("%1 epochs").arg(countInWords(epochs)),
             canGrow ? tr("A greater number makes the run longer; a run that is over goes on. "
                          "Return sets it.")
                     : tr("It has not begun yet"));

    const std::int64_t patience =
        story.hasBegun ? story.patience : wholeAt(memberAt(run->config, "training"), "patience");
    m_patience->setReadOnly(!goesOn || story.holdsNothingOut());
    setField(m_patience, patienceInWords(patience),
             story.holdsNothingOut() ? tr("Nothing is held out, so nothing says when to end early.")
             : goesOn ? tr("Ends it after so many judgements without a lower held-out loss; 0 or "
                           "“never”: not before its length. Return sets it.")
                      : tr("It can be changed while the run is trained."));
    for (QLineEdit* field : {m_rate, m_length, m_patience}) {
        for (QAction* pencil : field->actions())
            pencil->setVisible(!field->isReadOnly());
    }
    setEnabledBecause(*m_refine,
                      story.hasBest ? QString() : tr("It has not been judged yet: no best point"));

    m_weights->setText(story.parameters > 0 ? countInWords(story.parameters) : QStringLiteral("–"));
    m_speed->setText(story.epoch > 0 ? tr("about %1").arg(spanInWords(story.seconds / story.epoch))
                                     : QStringLiteral("–"));
    m_time->setText(durationInWords(story.seconds));
    m_where->setText(
        m_catalogue.whereInWords(story.device) +
        (story.precision.isEmpty() ? QString() : QStringLiteral(", ") + story.precision));
    m_losses->setText(run->losses.isEmpty() ? QString() : tr("Encoded: %1").arg(run->losses));
    m_losses->setVisible(!run->losses.isEmpty());
}

void RunSettingsPanel::rateEntered()
{
    if (!m_run || m_rate->isReadOnly() || !m_rate->isModified())
        return;
    m_rate->setModified(false);
    bool isNumber = false;
    const double rate = m_rate->text().trimmed().toDouble(&isNumber);
    if (isNumber && rate > 0 && rate <= 1000)
        Q_EMIT learningRateRequested(rate);
    else
        m_context.notices.warn(tr("A learning rate is a number above 0 and up to 1000; %1 is none. "
                                  "It stays as it was.")
                                   .arg(m_rate->text()));
    m_rate->clearFocus();
    show(m_run);
}

void RunSettingsPanel::lengthEntered()
{
    if (!m_run || m_length->isReadOnly() || !m_length->isModified())
        return;
    m_length->setModified(false);
    const qint64 epochs = numberIn(m_length->text()).value_or(0);
    const qint64 more = epochs - m_run->story.epochs;
    if (more > 0 && epochs <= 1'000'000)
        Q_EMIT extendRequested(more);
    else if (more != 0)
        m_context.notices.warn(tr("A run can be made longer, not shorter: it has %1 epochs. Stop "
                                  "and keep ends it now.")
                                   .arg(countInWords(m_run->story.epochs)));
    m_length->clearFocus();
    show(m_run);
}

void RunSettingsPanel::patienceEntered()
{
    if (!m_run || m_patience->isReadOnly() || !m_patience->isModified())
        return;
    m_patience->setModified(false);
    const QString typed = m_patience->text().trimmed();
    const std::optional<qint64> evaluations =
        typed.compare(tr("never"), Qt::CaseInsensitive) == 0 ? 0 : numberIn(typed);
    if (!evaluations || *evaluations > kLongestPatience)
        m_context.notices.warn(
            tr("Early stop is a number of judgements, or “never”; %1 is neither. It stays as it "
               "was.")
                .arg(typed));
    else if (*evaluations != m_run->story.patience)
        Q_EMIT patienceRequested(*evaluations);
    m_patience->clearFocus();
    show(m_run);
}

} // namespace continuo::ui
