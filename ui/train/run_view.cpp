// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/run_view.h"

#include "core/base/file.h"
#include "ui/base/appearance.h"
#include "ui/base/elided_label.h"
#include "ui/base/notices.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/train/checkpoint_strip.h"
#include "ui/train/curve_plot.h"
#include "ui/train/judge_dialog.h"
#include "ui/train/preset_catalogue.h"
#include "ui/train/run_curves.h"

#include <QAction>
#include <QCheckBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeySequence>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace continuo::ui {

namespace {

constexpr int kDrawMs = 100;
constexpr int kChipHeight = 20; ///< Its round ends want twice their radius.
constexpr int kSmoothingSteps = 99;
constexpr int kLongestInLegend = 150;

QString chipOf(const RunFacts& run)
{
    if (run.state == RunState::Training && !run.story.hasBegun)
        return RunView::tr("starting");
    const QString device =
        run.story.device == QLatin1String("cpu") ? RunView::tr("CPU") : run.story.device;
    if (run.state == RunState::Training)
        return RunView::tr("training on %1, %2").arg(device, run.story.precision);
    return runStateInWords(run.state);
}

/// What a state that is not as hoped means, and what to do.
QString problemOf(const RunFacts& run)
{
    switch (run.state) {
    case RunState::Dead:
        return RunView::tr("This training ended without a word: it was killed, or the computer "
                           "stopped. What it learned up to its last checkpoint is "
                           "kept. Resume goes on from there.");
    case RunState::Failed:
        return RunView::tr("It could not go on: %1").arg(run.story.failure);
    case RunState::Elsewhere:
        return RunView::tr(
            "Another computer trains it. What is shown is what it has written so far.");
    default:
        return {};
    }
}

} // namespace

LiveNumbers::LiveNumbers(QWidget* parent)
    : QWidget(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(24);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_steps = add(tr("Steps"));
    m_speed = add(tr("Speed"));
    m_left = add(tr("Time left"));
    m_loss = add(tr("Held-out loss"));
    m_accuracy = add(tr("Held-out accuracy"));
    m_discriminator = add(tr("Discriminator loss"));
    m_generator = add(tr("Generator loss"));
    m_collapse = add(tr("Melodies alike"));
    m_discriminator.holder->setToolTip(
        tr("Nats for one real and one made-up melody. 1.39: it cannot tell them; near 0: it always "
           "can, and the generator learns little from it."));
    m_generator.holder->setToolTip(tr("Nats a melody. 0.69: its melodies cannot be told from real "
                                      "ones; far above: they are found out."));
    m_collapse.holder->setToolTip(
        tr("0 %: melodies of different noise are as different as those of the corpus; 100 %: the "
           "generator plays the same melody for every noise."));
    row->addStretch();
}

LiveNumbers::Number LiveNumbers::add(const QString& name)
{
    Number number;
    number.holder = new QWidget(this);
    auto* pair = new QHBoxLayout(number.holder);
    pair->setContentsMargins(0, 0, 0, 0);
    pair->setSpacing(5);
    number.figure = label(QString(), TextRole::Number, number.holder);
    number.figure->setAccessibleName(name);
    number.unit = label(QString(), TextRole::Small, number.holder);
    pair->addWidget(number.figure, 0, Qt::AlignBottom);
    pair->addWidget(number.unit, 0, Qt::AlignBottom);
    layout()->addWidget(number.holder);
    return number;
}

void LiveNumbers::show(const RunFacts& run)
{
    const RunStory& story = run.story;
    const auto set = [](Number& number, const QString& figure, const QString& unit) {
        number.figure->setText(figure);
        number.unit->setText(unit);
        number.isMeant = !figure.isEmpty();
    };
    set(m_steps, countInWords(story.step), tr("of %1 steps").arg(countInWords(story.totalSteps())));
    const QString speed = story.throughputInWords();
    set(m_speed,
        run.state == RunState::Training ? speed.section(QLatin1Char(' '), 0, 0) : QString(),
        speed.section(QLatin1Char(' '), 1));
    const std::optional<double> left = story.secondsLeft();
    set(m_left, left && run.state == RunState::Training ? durationInWords(*left) : QString(),
        tr("left"));
    const bool isJudged = !story.heldOut.empty();
    const bool isUnjudged = story.holdsNothingOut() && !story.training.empty();
    set(m_loss,
        isJudged     ? QLocale().toString(story.heldOut.back().loss, 'f', 2)
        : isUnjudged ? QLocale().toString(story.training.back().loss, 'f', 2)
                     : QString(),
        isUnjudged ? tr("training loss, nothing held out") : tr("held-out loss"));
    m_loss.figure->setAccessibleName(isUnjudged ? tr("Training loss") : tr("Held-out loss"));
    if (isUnjudged) {
        m_loss.holder->setToolTip(tr(
            "Nats per step on what it learns from. Every piece is learned from, so nothing tells "
            "learning from knowing by heart."));
    } else if (isJudged) {
        const QString perplexity = QLocale().toString(std::exp(story.heldOut.back().loss), 'f', 1);
        m_loss.holder->setToolTip(
            tr("Nats per step on pieces it does not learn from. Perplexity %1: as unsure as among "
               "%1 equally likely symbols.")
                .arg(perplexity));
    }
    set(m_accuracy,
        isJudged
            ? tr("%1 %").arg(static_cast<int>(std::lround(story.heldOut.back().accuracy * 100)))
            : QString(),
        tr("held-out accuracy"));
    const bool isPair = story.isAdversarial && !story.training.empty();
    const auto loss = [&](double TrainingPoint::*member) {
        return isPair ? QLocale().toString(story.training.back().*member, 'f', 2) : QString();
    };
    set(m_discriminator, loss(&TrainingPoint::discriminatorLoss), tr("discriminator loss"));
    set(m_generator, loss(&TrainingPoint::generatorLoss), tr("generator loss"));
    set(m_collapse,
        story.variety.empty()
            ? QString()
            : tr("%1 %").arg(static_cast<int>(std::lround(story.variety.back().collapse * 100))),
        tr("alike"));
    fit();
}

void LiveNumbers::fit()
{
    int room = width();
    for (const Number* number : {&m_steps, &m_loss, &m_discriminator, &m_generator, &m_collapse,
                                 &m_left, &m_speed, &m_accuracy}) {
        const int wanted = number->holder->sizeHint().width();
        const bool hasRoom = room >= wanted;
        number->holder->setVisible(number->isMeant && hasRoom);
        if (number->isMeant && hasRoom)
            room -= wanted + layout()->spacing();
    }
}

void LiveNumbers::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

RunView::RunView(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_title(new ElidedLabel(this))
    , m_chip(label(QString(), TextRole::Chip, this))
    , m_problem(label(QString(), TextRole::Warning, this))
    , m_pause(button(tr("Pause"), this))
    , m_resume(button(tr("Resume"), this))
    , m_calmer(button(tr("New run with smaller steps…"), this))
    , m_stop(button(tr("Stop and keep"), this))
    , m_sample(button(tr("Sample now"), this))
    , m_judge(button(tr("Judge…"), this))
    , m_export(new QToolButton(this))
    , m_numbers(new LiveNumbers(this))
    , m_legend(label(QString(), TextRole::Small, this))
    , m_varietyLegend(label(QString(), TextRole::Small, this))
    , m_smoothing(new QSlider(Qt::Horizontal, this))
    , m_log(new QCheckBox(tr("Log axis"), this))
    , m_loss(new CurvePlot(context.appearance, tr("Loss"), tr("nats per step"), this))
    , m_accuracy(new CurvePlot(context.appearance, tr("Accuracy"), QString(), this))
    , m_gradient(new CurvePlot(context.appearance, tr("Gradient norm"), QString(), this))
    , m_strip(new CheckpointStrip(context, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    m_title->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    m_title->setProperty("role", "title");
    head->addWidget(m_title);
    m_chip->setFixedHeight(kChipHeight);
    head->addWidget(m_chip, 0, Qt::AlignVCenter);
    head->addStretch();
    for (QPushButton* each : {m_pause, m_resume, m_calmer, m_stop, m_sample, m_judge})
        head->addWidget(each);
    const QKeySequence waitingKey(Qt::CTRL | Qt::Key_P);
    const QKeySequence stoppingKey(Qt::CTRL | Qt::SHIFT | Qt::Key_P);
    const auto help = [](QPushButton* pressed, const QString& words, const QKeySequence& key) {
        pressed->setShortcut(key);
        pressed->setToolTip(
            QStringLiteral("%1 (%2)").arg(words, key.toString(QKeySequence::NativeText)));
    };
    help(m_pause, tr("It keeps what it has learned and waits, ready to go on"), waitingKey);
    help(m_resume, tr("Goes on where it stopped"), waitingKey);
    help(m_stop, tr("Ends it with a checkpoint; Resume goes on from there"), stoppingKey);
    m_calmer->setToolTip(tr("Sets up a run that begins with the last good checkpoint of this one, "
                            "with half its learning rate and with clipped gradients"));
    m_sample->setToolTip(tr("Lets the network play as it is now"));
    m_judge->setToolTip(tr("Its held-out figures beside the reference lines; with other runs, the "
                           "comparison in bits per note"));
    m_export->setText(tr("Export…"));
    m_export->setProperty("field", true);
    m_export->setPopupMode(QToolButton::InstantPopup);
    m_export->setAccessibleName(tr("Export the plot or the vocabulary"));
    m_export->setToolTip(tr("The curves as a picture on light paper, or as a table; the vocabulary "
                            "of a model of events for MidiTok"));
    auto* menu = new QMenu(m_export);
    for (const QString& ending :
         {QStringLiteral("png"), QStringLiteral("svg"), QStringLiteral("csv")})
        menu->addAction(ending.toUpper() + QStringLiteral("…"), this,
                        [this, ending] { save(ending); });
    m_midiTok = menu->addAction(tr("Vocabulary for MidiTok…"), this,
                                [this] { save(QStringLiteral("json")); });
    m_export->setMenu(menu);
    head->addWidget(m_export);
    column->addLayout(head);
    m_problem->setWordWrap(true);
    column->addWidget(m_problem);

    column->addWidget(m_numbers);
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_legend->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_loss->addToHeader(m_legend);
    m_varietyLegend->setTextFormat(Qt::RichText);
    m_accuracy->addToHeader(m_varietyLegend);

    auto* tools = new QHBoxLayout;
    tools->setSpacing(10);
    tools->addStretch();
    auto* calm = label(tr("Smoothing"), TextRole::Small, this);
    calm->setBuddy(m_smoothing);
    tools->addWidget(calm);
    m_smoothing->setRange(0, kSmoothingSteps);
    m_smoothing->setValue(context.settings.value(QStringLiteral("train/smoothing"), 80).toInt());
    m_smoothing->setFixedWidth(120);
    m_smoothing->setAccessibleName(tr("Smoothing of the training curves"));
    m_smoothing->setToolTip(
        tr("Smooths the training curves; what was measured stays faint behind them"));
    tools->addWidget(m_smoothing);
    m_log->setToolTip(tr("Shows small differences at low losses"));
    tools->addWidget(m_log);

    m_loss->setMinimumHeight(170);
    m_accuracy->setMinimumHeight(110);
    m_gradient->setMinimumHeight(110);
    column->addWidget(m_loss, 5);
    auto* below = new QHBoxLayout;
    below->setSpacing(20);
    below->addWidget(m_accuracy);
    below->addWidget(m_gradient);
    column->addLayout(below, 3);
    column->addLayout(tools);
    column->addWidget(m_strip);

    connect(m_pause, &QPushButton::clicked, this, &RunView::pauseRequested);
    connect(m_resume, &QPushButton::clicked, this, &RunView::resumeRequested);
    connect(m_calmer, &QPushButton::clicked, this, &RunView::calmerRequested);
    connect(m_stop, &QPushButton::clicked, this, &RunView::stopRequested);
    connect(m_sample, &QPushButton::clicked, this, &RunView::sampleRequested);
    connect(m_judge, &QPushButton::clicked, this, &RunView::judgeRequested);
    connect(m_strip, &CheckpointStrip::modelChosen, this, &RunView::modelChosen);
    connect(m_strip, &CheckpointStrip::cardRequested, this, &RunView::cardRequested);
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int value) {
        m_context.settings.setValue(QStringLiteral("train/smoothing"), value);
        drawSoon();
    });
    connect(m_log, &QCheckBox::toggled, m_loss, &CurvePlot::setLogarithmic);
    for (CurvePlot* plot : {m_loss, m_accuracy, m_gradient}) {
        for (CurvePlot* other : {m_loss, m_accuracy, m_gradient})
            connect(plot, &CurvePlot::pointedAt, other, &CurvePlot::pointTo);
    }
    m_drawSoon.setSingleShot(true);
    connect(&m_drawSoon, &QTimer::timeout, this, &RunView::draw);
    connect(&context.appearance, &Appearance::changed, this, &RunView::showLegend);
}

RunView::~RunView() = default;

double RunView::smoothing() const
{
    return m_smoothing->value() / 100.0;
}

void RunView::show(RunFactsPointer run, std::vector<RunFactsPointer> others)
{
    const bool isOther = !m_run || m_run->path != run->path;
    m_run = std::move(run);
    m_others = std::move(others);
    showHead();
    m_numbers->show(*m_run);
    showLegend();
    if (isOther) {
        draw();
        for (CurvePlot* plot : {m_loss, m_accuracy, m_gradient})
            plot->showAll();
    } else {
        drawSoon();
    }
}

void RunView::setResumeBlocked(const QString& because)
{
    m_resumeBlocked = because;
    if (m_run)
        showHead();
}

void RunView::showHead()
{
    const RunState state = m_run->state;
    const bool isTraining = state == RunState::Training;
    const bool goesOn = isGoingOn(state);
    m_title->setText(m_run->name);
    m_title->setToolTip(m_run->notes.isEmpty() ? m_run->path : m_run->notes);
    m_chip->setText(chipOf(*m_run));
    const QString problem = problemOf(*m_run);
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_pause->setVisible(isTraining);
    m_stop->setVisible(goesOn);
    m_sample->setVisible(goesOn);
    const bool isBlownUp =
        state == RunState::Failed && m_run->story.failureId == QLatin1String("train.not-finite");
    m_resume->setVisible(state == RunState::Paused || state == RunState::Dead ||
                         state == RunState::Stopped || (state == RunState::Failed && !isBlownUp));
    m_calmer->setVisible(isBlownUp);
    setEnabledBecause(*m_resume, state == RunState::Paused ? QString() : m_resumeBlocked);
    const QString notYet = m_run->story.hasBegun ? QString() : tr("It has not begun yet");
    for (QPushButton* each : {m_pause, m_stop, m_sample})
        setEnabledBecause(*each, notYet);
    setEnabledBecause(*m_judge, judgedModelOf(*m_run).isEmpty()
                                    ? tr("There is no checkpoint to judge yet")
                                    : QString());
    const bool hasCurves = !m_run->story.training.empty() || !m_run->story.heldOut.empty();
    setEnabledBecause(*m_export, hasCurves ? QString() : tr("There are no curves yet"));
    setEnabledBecause(*m_midiTok, midiTokOf(m_run->config).empty()
                                      ? tr("MidiTok has a tokenizer for events only")
                                      : QString());
}

void RunView::showLegend()
{
    if (!m_run)
        return;
    const Palette& palette = m_context.appearance.palette();
    const QFontMetrics metrics(m_context.appearance.smallFont());
    const QString gap = QStringLiteral("\u00a0\u00a0 "), dot = QStringLiteral("●\u00a0");
    QStringList words, names;
    int room = m_legend->width();
    const auto add = [&](const QColor& colour, const QString& name) {
        room -= metrics.horizontalAdvance(dot + name + gap);
        words << QStringLiteral("<span style=\"color:%1\">●</span>&nbsp;%2")
                     .arg(colour.name(), name.toHtmlEscaped());
    };
    const bool isPair = m_run->story.isAdversarial;
    add(palette.training, isPair ? tr("discriminator") : tr("training"));
    if (m_run->story.holdsNothingOut()) {
        words << tr("nothing is held out");
        room -= metrics.horizontalAdvance(words.back() + gap);
    } else {
        add(palette.heldOut, isPair ? tr("generator") : tr("held-out"));
    }
    m_varietyLegend->setVisible(isPair);
    m_varietyLegend->setText(QStringLiteral("<span style=\"color:%1\">●</span>&nbsp;%2&nbsp;&nbsp; "
                                            "<span style=\"color:%3\">●</span>&nbsp;%4")
                                 .arg(palette.heldOut.name(), tr("different passages"),
                                      palette.training.name(), tr("alike")));
    std::size_t named = 0;
    for (; named < m_others.size(); ++named) {
        const std::size_t left = m_others.size() - named - 1;
        const QString name =
            metrics.elidedText(m_others[named]->name, Qt::ElideRight, kLongestInLegend);
        const QString rest = left > 0 ? tr("and %1 more").arg(left) : QString();
        if (metrics.horizontalAdvance(dot + name + gap + rest) > room)
            break;
        add(otherRunColour(named)(palette), name);
    }
    if (named < m_others.size())
        words << (named > 0 ? tr("and %1 more") : tr("and %1 others")).arg(m_others.size() - named);
    for (const RunFactsPointer& other : m_others)
        names << other->name;
    m_legend->setText(words.join(QStringLiteral("&nbsp;&nbsp; ")));
    m_legend->setToolTip(names.isEmpty() ? QString()
                                         : tr("Drawn with it: %1").arg(names.join(u"\n")));
}

void RunView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    // When the layout has given the legend its room.
    QMetaObject::invokeMethod(this, &RunView::showLegend, Qt::QueuedConnection);
}

void RunView::drawSoon()
{
    if (!m_drawSoon.isActive())
        m_drawSoon.start(kDrawMs);
}

void RunView::draw()
{
    if (!m_run)
        return;
    RunCurves curves = runCurves(*m_run, m_others, smoothing());
    const bool isPair = m_run->story.isAdversarial;
    m_loss->setTitle(isPair ? tr("Losses") : tr("Loss"),
                     isPair ? tr("nats a melody") : tr("nats per step"));
    m_accuracy->setTitle(isPair ? tr("Variety") : tr("Accuracy"), QString());
    m_accuracy->setReferences(std::move(curves.accuracyReferences));
    m_loss->setReferences(std::move(curves.references));
    m_loss->setMarks(std::move(curves.marks));
    m_loss->setBest(std::move(curves.best));
    m_loss->setCurves(std::move(curves.loss));
    m_accuracy->setCurves(std::move(curves.accuracy));
    m_gradient->setCurves(std::move(curves.gradientNorm));
    m_strip->show(*m_run);
}

void RunView::save(const QString& ending)
{
    const bool isPlot = ending != QLatin1String("json");
    auto* dialog =
        new QFileDialog(this, isPlot ? tr("Export the plot") : tr("Export the vocabulary"),
                        QFileInfo(m_run->path).fileName() + QLatin1Char('.') + ending,
                        QStringLiteral("%1 (*.%2)").arg(ending.toUpper(), ending));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(ending);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, ending](const QString& file) { write(file, ending); });
    dialog->open();
}

void RunView::write(const QString& file, const QString& ending)
{
    // The dialog has asked whether a file there may be replaced.
    Status written = ok();
    if (ending == QLatin1String("png")) {
        written = m_loss->saveAsPng(file, true);
    } else if (ending == QLatin1String("svg")) {
        written = m_loss->saveAsSvg(file, true);
    } else if (ending == QLatin1String("json")) {
        written = writeFile(QFile::encodeName(file).toStdString(), midiTokOf(m_run->config),
                            Overwrite::Replace);
    } else {
        std::vector<RunFactsPointer> runs{m_run};
        runs.insert(runs.end(), m_others.begin(), m_others.end());
        const QByteArray csv = runCsv(runs, smoothing());
        written = writeFile(QFile::encodeName(file).toStdString(),
                            std::string_view(csv.constData(), static_cast<std::size_t>(csv.size())),
                            Overwrite::Replace);
    }
    if (written)
        m_context.notices.tell(tr("Exported %1.").arg(QFileInfo(file).fileName()));
    else
        m_context.notices.report(written.error());
}

} // namespace continuo::ui
