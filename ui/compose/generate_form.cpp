// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/generate_form.h"

#include "core/weights/generate_mode.h"
#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/compose/button_keys.h"
#include "ui/compose/field_menu.h"
#include "ui/compose/form_row.h"
#include "ui/compose/key_menu.h"
#include "ui/compose/model_catalogue.h"
#include "ui/compose/sampler_form.h"

#include <QFileDialog>
#include <QLabel>
#include <QLocale>
#include <QRandomGenerator>
#include <QSettings>
#include <QSlider>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace continuo::ui {

namespace {

constexpr int kMostBars = 16;
constexpr int kMostIdeas = 16;
constexpr int kHottest = 200; ///< Hundredths.
constexpr int kLargestNumber = 999'999'999;
constexpr int kLargestDrawn = 9'999; ///< Short enough to be read out.

QString barsInWords(int bars)
{
    return bars == 1 ? GenerateForm::tr("1 bar") : GenerateForm::tr("%1 bars").arg(bars);
}

QString ideasInWords(int ideas)
{
    return ideas == 1 ? GenerateForm::tr("1 idea") : GenerateForm::tr("%1 ideas").arg(ideas);
}

const QString kBarsSetting = QStringLiteral("compose/bars");
const QString kIdeasSetting = QStringLiteral("compose/ideas");

} // namespace

GenerateForm::GenerateForm(const Appearance& appearance, QSettings& settings,
                           ModelCatalogue& models, QWidget* parent)
    : QWidget(parent)
    , m_appearance(appearance)
    , m_settings(settings)
    , m_models(models)
    , m_mode(new SegmentedChoice(tr("What to generate"), this))
    , m_modelField(new FieldMenu(tr("Model"), this))
    , m_fromField(new FieldMenu(tr("From"), this))
    , m_keyField(new FieldMenu(tr("Heard as"), this))
    , m_keyRow(new FormRow(tr("Heard as"), {m_keyField}, this))
    , m_barsField(new FieldMenu(tr("Length"), this))
    , m_ideasField(new FieldMenu(tr("Number of ideas"), this))
    , m_sampler(new SamplerForm(this))
{
    setSurface(*this, Surface::Panel);
    m_mode->add(tr("Continue"), tr("Goes on where a melody ends"));
    m_mode->add(tr("New"), tr("Starts from nothing"));
    m_mode->add(tr("Infill"), tr("Writes the bars of the selected notes anew, to fit what stands "
                                 "before and behind them"));
    m_mode->add(tr("Harmonise"), tr("Finds alto, tenor and bass under a melody"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(m_mode);
    column->addWidget(new FormRow(tr("Model"), {m_modelField}, this));
    column->addWidget(new FormRow(tr("From"), {m_fromField}, this));
    column->addWidget(m_keyRow);
    column->addWidget(new FormRow(tr("Length"), {m_barsField, m_ideasField}, this));
    column->addWidget(new FormRow(tr("Temperature"), {makeTemperature()}, this));
    column->addWidget(makeNumber());
    column->addWidget(makeMore());

    m_modelField->setFill([this](QMenu& menu) { fillModels(menu); });
    m_fromField->setFill([this](QMenu& menu) { fillFrom(menu); });
    m_keyField->setFill([this](QMenu& menu) { fillKeys(menu); });
    const auto numbers = [](FieldMenu& field, int most, auto words, auto get, auto set) {
        field.setFill([most, words, get, set](QMenu& menu) {
            for (int n = 1; n <= most; ++n)
                addChoice(menu, words(n), n == get(), [set, n] { set(n); });
        });
    };
    numbers(
        *m_barsField, kMostBars, &barsInWords, [this] { return m_bars; },
        [this](int n) { setBars(n); });
    numbers(
        *m_ideasField, kMostIdeas, &ideasInWords, [this] { return m_ideas; },
        [this](int n) { setIdeas(n); });
    m_barsField->setHelp(tr("Full bars; the rest of a bar that has begun comes on top"));
    m_ideasField->setHelp(tr("How many alternatives to choose from"));

    connect(m_mode, &SegmentedChoice::chosenChanged, this, [this] {
        m_leftMode.reset();
        showKey();
        Q_EMIT changed();
    });
    connect(&models, &ModelCatalogue::changed, this, &GenerateForm::showModel);
    connect(m_sampler, &SamplerForm::changed, this, [this] {
        showTemperature();
        Q_EMIT changed();
    });

    setBars(settings.value(kBarsSetting, 4).toInt());
    setIdeas(settings.value(kIdeasSetting, 4).toInt());
    setNumber(1 + static_cast<int>(QRandomGenerator::global()->bounded(kLargestDrawn)), false);
    setModel(models.models().front().file);
    showKey();
}

QWidget* GenerateForm::makeTemperature()
{
    auto* place = new QWidget(this);
    m_temperature = new QSlider(Qt::Horizontal, place);
    m_temperature->setRange(0, kHottest);
    m_temperature->setSingleStep(5);
    m_temperature->setPageStep(20);
    m_temperature->setAccessibleName(tr("Temperature"));
    m_temperature->setToolTip(
        tr("How daring the choices are: low keeps to what is likely, high spreads the chances"));
    m_degrees = label({}, TextRole::Small, place);
    m_degrees->setAlignment(Qt::AlignCenter);
    auto* words = new QHBoxLayout;
    words->addWidget(label(tr("safer"), TextRole::Small, place));
    words->addWidget(m_degrees, 1);
    words->addWidget(label(tr("bolder"), TextRole::Small, place));
    auto* column = new QVBoxLayout(place);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(m_temperature);
    column->addLayout(words);
    connect(m_temperature, &QSlider::valueChanged, this, [this] {
        showTemperature();
        Q_EMIT changed();
    });
    return place;
}

QWidget* GenerateForm::makeNumber()
{
    m_number = new QSpinBox(this);
    m_number->setRange(0, kLargestNumber);
    m_number->setMinimumWidth(64);
    const auto tool = [this](const QString& icon, const QString& name, const QString& help) {
        auto* made = new QToolButton(this);
        made->setIcon(lineIcon(m_appearance, icon));
        made->setIconSize({18, 18});
        made->setFixedSize(28, 28);
        made->setAccessibleName(name);
        made->setToolTip(help);
        takeKeysOnlyFromKeyboard(*made);
        return made;
    };
    QToolButton* dice = tool(QStringLiteral("dice"), tr("New number"), tr("Draw a new number"));
    m_lock = tool(QStringLiteral("unlock"), tr("Keep the number"), {});
    m_lock->setCheckable(true);
    const auto showLock = [this] {
        const bool isLocked = m_lock->isChecked();
        m_lock->setIcon(
            lineIcon(m_appearance, isLocked ? QStringLiteral("lock") : QStringLiteral("unlock")));
        m_lock->setToolTip(isLocked ? tr("The number is kept: asking again gives the same notes")
                                    : tr("A new number each time: asking again gives other notes"));
    };
    connect(m_lock, &QToolButton::toggled, this, showLock);
    connect(dice, &QToolButton::clicked, this, [this] {
        m_number->setValue(1 +
                           static_cast<int>(QRandomGenerator::global()->bounded(kLargestDrawn)));
    });
    connect(m_number, &QSpinBox::textChanged, this, [this] {
        if (m_number->hasFocus())
            m_lock->setChecked(true);
        Q_EMIT changed();
    });
    showLock();
    m_numberRow = new FormRow(tr("Number"), {m_number, dice, m_lock}, this);
    showNumber();
    return m_numberRow;
}

QWidget* GenerateForm::makeMore()
{
    auto* place = new QWidget(this);
    m_fold = new QToolButton(place);
    m_fold->setText(tr("More samplers and limits"));
    m_fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_fold->setIcon(lineIcon(m_appearance, QStringLiteral("chevron_right")));
    m_fold->setIconSize({12, 12});
    m_fold->setProperty("small", true);
    m_fold->setCheckable(true);
    takeKeysOnlyFromKeyboard(*m_fold);
    m_sampler->setVisible(false);
    connect(m_fold, &QToolButton::toggled, this, [this](bool isOpen) {
        m_fold->setIcon(lineIcon(m_appearance, isOpen ? QStringLiteral("chevron_down")
                                                      : QStringLiteral("chevron_right")));
        m_sampler->setVisible(isOpen);
    });
    auto* column = new QVBoxLayout(place);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_fold, 0, Qt::AlignLeft);
    column->addWidget(m_sampler);
    return place;
}

void GenerateForm::setNarrow(bool isNarrow)
{
    for (FormRow* row : findChildren<FormRow*>())
        row->setStacked(isNarrow);
    m_fold->setText(isNarrow ? tr("More settings") : tr("More samplers and limits"));
}

GenerateMode GenerateForm::mode() const
{
    return static_cast<GenerateMode>(m_mode->chosen());
}

void GenerateForm::setMode(GenerateMode mode)
{
    m_mode->choose(static_cast<int>(mode));
}

QString GenerateForm::whyNotMode() const
{
    const ModelEntry* const entry = m_models.find(m_model);
    if (!entry)
        return {};
    const auto choice = std::ranges::find(entry->modes, mode(), &ModeChoice::mode);
    return choice == entry->modes.end() ? QString() : QString::fromStdString(choice->whyNot);
}

void GenerateForm::showModes()
{
    if (const ModelEntry* const entry = m_models.find(m_model)) {
        for (const ModeChoice& choice : entry->modes)
            m_mode->setWhyNot(static_cast<int>(choice.mode), QString::fromStdString(choice.whyNot));
    }
    showNumber();
}

void GenerateForm::takePossibleMode()
{
    const ModelEntry* const entry = m_models.find(m_model);
    if (!entry)
        return;
    const auto isPossible = [&](GenerateMode wanted) {
        const auto choice = std::ranges::find(entry->modes, wanted, &ModeChoice::mode);
        return choice != entry->modes.end() && choice->whyNot.empty();
    };
    if (m_leftMode && isPossible(*m_leftMode))
        return setMode(*std::exchange(m_leftMode, std::nullopt));
    if (isPossible(mode()))
        return;
    // What only few models can do is what they were chosen for.
    for (const GenerateMode wanted :
         {GenerateMode::Harmonise, GenerateMode::Continue, GenerateMode::New}) {
        if (!isPossible(wanted))
            continue;
        const GenerateMode left = m_leftMode.value_or(mode());
        setMode(wanted);
        m_leftMode = left;
        return;
    }
}

void GenerateForm::setModel(const QString& file)
{
    if (file == m_model)
        return;
    m_model = file;
    const ModelEntry* entry = m_models.find(file);
    m_sampler->setModelSampler(entry ? entry->samplerJson : QString());
    setTemperature(m_sampler->modelTemperature());
    showModel();
    Q_EMIT changed();
}

void GenerateForm::setFrom(StartFrom from)
{
    if (from == m_from)
        return;
    m_from = from;
    Q_EMIT changed();
}

void GenerateForm::setKey(std::optional<Key> key)
{
    m_key = key;
    showKey();
    Q_EMIT changed();
}

void GenerateForm::setBars(int bars)
{
    m_bars = std::clamp(bars, 1, kMostBars);
    m_barsField->setWords(barsInWords(m_bars));
    m_settings.setValue(kBarsSetting, m_bars);
    Q_EMIT changed();
}

void GenerateForm::setIdeas(int ideas)
{
    m_ideas = std::clamp(ideas, 1, kMostIdeas);
    m_ideasField->setWords(ideasInWords(m_ideas));
    m_settings.setValue(kIdeasSetting, m_ideas);
    Q_EMIT changed();
}

double GenerateForm::temperature() const
{
    return m_temperature->value() / 100.0;
}

void GenerateForm::setTemperature(double temperature)
{
    m_temperature->setValue(static_cast<int>(std::lround(temperature * 100)));
    showTemperature();
}

int GenerateForm::number() const
{
    return m_number->value();
}

bool GenerateForm::isNumberLocked() const
{
    return m_lock->isChecked();
}

void GenerateForm::setNumber(int number, bool isLocked)
{
    m_number->setValue(number);
    m_lock->setChecked(isLocked);
}

int GenerateForm::nextNumber()
{
    if (!isNumberLocked())
        m_number->setValue(1 +
                           static_cast<int>(QRandomGenerator::global()->bounded(kLargestDrawn)));
    return m_number->value();
}

void GenerateForm::showHeard(const std::optional<Key>& heard)
{
    m_heard = heard;
    showKey();
}

void GenerateForm::showStart(const QString& words, const QString& help)
{
    m_fromField->setWords(words);
    m_fromField->setHelp(help);
}

void GenerateForm::showKey()
{
    const bool isInfilled = mode() == GenerateMode::Infill;
    setEnabledBecause(*m_fromField,
                      isInfilled ? tr("The selected notes say which bars are written") : QString());
    setEnabledBecause(*m_barsField, isInfilled ? tr("As long as the bars of the selected notes")
                                    : mode() == GenerateMode::Harmonise
                                        ? tr("As long as the melody")
                                        : QString());
    m_keyRow->setWord(isNew() ? tr("Key") : tr("Heard as"));
    m_keyField->setHelp(isNew() ? tr("The key of the new melody")
                                : tr("The key the melody is read in; another choice is taken "
                                     "instead of what is heard"));
    if (m_key)
        m_keyField->setWords(keyInWords(*m_key));
    else if (isNew())
        m_keyField->setWords(tr("As it comes"));
    else
        m_keyField->setWords(m_heard ? keyInWords(*m_heard) : tr("No notes yet"));
}

void GenerateForm::showTemperature()
{
    m_degrees->setText(QLocale().toString(temperature(), 'f', 2));
    setEnabledBecause(*m_temperature,
                      m_sampler->usesTemperature()
                          ? QString()
                          : tr("Argmax always takes the likeliest note, at any temperature"));
}

void GenerateForm::showModel()
{
    showModes();
    const ModelEntry* entry = m_models.find(m_model);
    if (!entry) {
        m_modelField->setWords(m_model.section(QLatin1Char('/'), -1));
        return;
    }
    showModes();
    takePossibleMode();
    m_modelField->setWords(entry->name);
    m_modelField->setHelp(entry->problem.isEmpty() ? entry->description : entry->problem);
    const double before = m_sampler->modelTemperature();
    m_sampler->setModelSampler(entry->samplerJson);
    // The card may come after the file was chosen; a temperature set by hand meanwhile stays.
    if (std::abs(before - temperature()) < 0.005)
        setTemperature(m_sampler->modelTemperature());
}

void GenerateForm::showNumber()
{
    const ModelEntry* entry = m_models.find(m_model);
    const bool isNoise = entry && networkKind(entry->network.kind).isAdversarial;
    m_numberRow->setWord(isNoise ? tr("Noise") : tr("Number"));
    m_number->setAccessibleName(isNoise ? tr("Noise number") : tr("Random number"));
    m_number->setToolTip(
        isNoise
            ? tr("The noise number: it is the melody. The first idea has this one, the others "
                 "those after it; the same number gives the same melody. Typing one locks it.")
            : tr("The random seed: the same number gives the same notes. Typing one locks it."));
}

void GenerateForm::fillModels(QMenu& menu)
{
    m_models.refresh();
    std::map<QString, QMenu*> runs;
    const auto add = [&](QMenu& place, const ModelEntry& entry, const QString& words) {
        QAction* choice = addChoice(place, words, entry.file == m_model,
                                    [this, file = entry.file] { setModel(file); });
        choice->setToolTip(entry.problem.isEmpty() ? entry.name : entry.problem);
        setEnabledBecause(*choice, entry.problem);
    };
    menu.setToolTipsVisible(true);
    for (const ModelEntry& entry : m_models.models()) {
        if (entry.run.isEmpty()) {
            add(menu, entry, entry.name);
            continue;
        }
        QMenu*& run = runs[entry.run];
        if (!run) {
            run = menu.addMenu(entry.run);
            run->setToolTipsVisible(true);
        }
        add(*run, entry, entry.place);
    }
    menu.addSeparator();
    menu.addAction(tr("Other file…"), this, &GenerateForm::chooseFile);
}

void GenerateForm::chooseFile()
{
    auto* dialog = new QFileDialog(this, tr("Choose a model"), {}, tr("Models (*.safetensors)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        m_models.add(file);
        setModel(file);
    });
    dialog->open();
}

void GenerateForm::fillFrom(QMenu& menu)
{
    addChoice(menu, tr("The end of the track"), m_from == StartFrom::End,
              [this] { setFrom(StartFrom::End); });
    addChoice(menu, tr("The playhead"), m_from == StartFrom::Playhead,
              [this] { setFrom(StartFrom::Playhead); });
    QAction* selection = addChoice(menu, tr("The selected notes"), m_from == StartFrom::Selection,
                                   [this] { setFrom(StartFrom::Selection); });
    menu.setToolTipsVisible(true);
    setEnabledBecause(*selection, m_hasSelection ? QString() : tr("No notes are selected"));
}

void GenerateForm::fillKeys(QMenu& menu)
{
    const QString own = isNew()   ? tr("As it comes")
                        : m_heard ? tr("As heard: %1").arg(keyInWords(*m_heard))
                                  : tr("As heard");
    addChoice(menu, own, !m_key, [this] { setKey({}); });
    menu.addSeparator();
    addKeys(menu, m_key, [this](Key key) { setKey(key); });
}

} // namespace continuo::ui
