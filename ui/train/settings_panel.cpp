// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/settings_panel.h"

#include "core/weights/model_card.h"
#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/notices.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/train/draft_files.h"
#include "ui/train/figure_card.h"
#include "ui/train/setting_row.h"
#include "ui/train/spans.h"

#include <QAction>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr int kNameWidth = 96;
constexpr int kCostAfterMs = 500;

/// Those a person changes most; the others are folded.
const char* const kMainSettings[] = {
    "encoding.grid",  "encoding.header", "encoding.resolution", "network.kind",
    "network.layers", "network.hidden",  "network.heads",       "network.context",
    "network.order",  "network.dropout", "training.optimizer",  "training.learningRate",
    "training.batch", "training.epochs", "training.patience"};

QWidget* namedRow(const QString& name, QWidget* field, QWidget* parent)
{
    auto* holder = new QWidget(parent);
    auto* row = new QHBoxLayout(holder);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    auto* words = label(name, TextRole::Muted, holder);
    words->setFixedWidth(kNameWidth);
    words->setBuddy(field);
    field->setAccessibleName(name);
    row->addWidget(words);
    row->addWidget(field, 1);
    return holder;
}

QComboBox* combo(QWidget* parent)
{
    auto* made = new QComboBox(parent);
    made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    made->setMinimumContentsLength(8);
    return made;
}

} // namespace

SettingsPanel::SettingsPanel(const StudioContext& context, PresetCatalogue& catalogue,
                             DatasetChoice& datasets, CostProbe& probe, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_catalogue(catalogue)
    , m_datasets(datasets)
    , m_probe(probe)
    , m_data(combo(this))
    , m_divide(button(tr("Divide it"), this))
    , m_dataWords(label(QString(), TextRole::Small, this))
    , m_device(combo(this))
    , m_precision(combo(this))
    , m_variant(combo(this))
    , m_from(new QLineEdit(this))
    , m_more(new QToolButton(this))
    , m_moreRows(new QWidget(this))
    , m_mainColumn(new QVBoxLayout)
    , m_moreColumn(new QVBoxLayout(m_moreRows))
    , m_start(primaryButton(tr("Start training"), this))
    , m_links(new SettingsLinks(context, this))
{
    setSurface(*this, Surface::Right);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 12, 0, 12);
    outer->setSpacing(8);

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* inside = new QWidget(scroll);
    inside->setProperty("surface", "clear");
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(12, 0, 12, 0);
    column->setSpacing(8);
    column->addWidget(label(tr("Settings"), TextRole::Heading, inside));
    column->addWidget(namedRow(tr("Data"), m_data, inside));
    m_dataWords->setWordWrap(true);
    column->addWidget(m_dataWords);
    column->addWidget(m_divide);
    column->addWidget(namedRow(tr("Device"), m_device, inside));
    column->addWidget(namedRow(tr("Precision"), m_precision, inside));
    column->addWidget(namedRow(tr("Variant"), m_variant, inside));
    m_fromRow = namedRow(tr("Begins with"), m_from, inside);
    m_from->setReadOnly(true);
    auto* fresh = new QAction(lineIcon(context.appearance, QStringLiteral("close")),
                              tr("Begin with fresh weights"), m_from);
    m_from->addAction(fresh, QLineEdit::TrailingPosition);
    column->addWidget(m_fromRow);
    m_mainColumn->setSpacing(8);
    column->addLayout(m_mainColumn);
    m_more->setText(tr("All settings"));
    m_more->setIcon(lineIcon(context.appearance, QStringLiteral("chevron_right")));
    m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_more->setCheckable(true);
    m_more->setAccessibleName(tr("All settings"));
    column->addWidget(m_more, 0, Qt::AlignLeft);
    m_moreColumn->setContentsMargins(0, 0, 0, 0);
    m_moreColumn->setSpacing(8);
    m_moreRows->hide();
    column->addWidget(m_moreRows);
    column->addStretch();
    scroll->setWidget(inside);
    outer->addWidget(scroll, 1);

    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(12, 0, 12, 0);
    foot->setSpacing(8);
    auto* card = new FigureCard(this);
    m_weights = card->addRow(tr("Weights"));
    m_memory = card->addRow(tr("Memory"));
    m_epoch = card->addRow(tr("One epoch"));
    m_where = card->addRow(tr("Where"));
    foot->addWidget(card);
    m_start->setShortcut(Qt::CTRL | Qt::Key_T);
    m_start->setToolTip(tr("It goes on by itself, also without this window (%1)")
                            .arg(m_start->shortcut().toString(QKeySequence::NativeText)));
    foot->addWidget(m_start);
    foot->addWidget(m_links);
    outer->addLayout(foot);
    connect(fresh, &QAction::triggered, this, &SettingsPanel::startAfresh);
    connect(m_links, &SettingsLinks::modelChosen, this, &SettingsPanel::startFrom);
    connect(m_links, &SettingsLinks::saveChosen, this, &SettingsPanel::save);
    connect(m_links, &SettingsLinks::loadChosen, this, &SettingsPanel::load);

    connect(m_more, &QToolButton::toggled, this, [this](bool isOpen) {
        m_moreRows->setVisible(isOpen);
        m_more->setIcon(lineIcon(m_context.appearance, isOpen ? QStringLiteral("chevron_down")
                                                              : QStringLiteral("chevron_right")));
    });
    connect(m_data, &QComboBox::activated, this, &SettingsPanel::chooseDataset);
    connect(m_divide, &QPushButton::clicked, &datasets, &DatasetChoice::divide);
    connect(m_device, &QComboBox::activated, this, [this] {
        m_draft.device = m_device->currentData().toString();
        askCost();
        Q_EMIT draftChanged();
    });
    connect(m_precision, &QComboBox::activated, this, [this] {
        change(QStringLiteral("training.precision"),
               Json(m_precision->currentData().toString().toStdString()));
    });
    connect(m_variant, &QComboBox::activated, this, [this] {
        if (const PresetInfo* preset = m_catalogue.preset(m_draft.preset)) {
            RunDraft other = draftOf(*preset, m_variant->currentData().toString());
            other.dataset = m_draft.dataset;
            other.device = m_draft.device;
            setDraft(std::move(other));
        }
    });
    connect(m_start, &QPushButton::clicked, this, &SettingsPanel::startRequested);
    connect(&catalogue, &PresetCatalogue::arrived, this, &SettingsPanel::makeRows);
    connect(&catalogue, &PresetCatalogue::devicesArrived, this, &SettingsPanel::showDevices);
    connect(&datasets, &DatasetChoice::factsChanged, this, [this] {
        m_draft.dataset = m_datasets.chosen();
        showDatasets();
        askCost();
        showStart();
        Q_EMIT draftChanged();
    });
    connect(&probe, &CostProbe::answered, this, &SettingsPanel::showCost);
    m_costSoon.setSingleShot(true);
    connect(&m_costSoon, &QTimer::timeout, this, [this] {
        if (isVisible() && whyNoStart().isEmpty())
            m_probe.ask(m_draft.arguments());
        showCost();
    });
    m_data->setPlaceholderText(tr("none yet"));
    showDatasets();
    showDraft();
    showCost();
}

void SettingsPanel::makeRows()
{
    for (const SettingInfo& setting : m_catalogue.settings()) {
        if (setting.key == QLatin1String("training.device") ||
            setting.key == QLatin1String("training.precision") || m_rows.contains(setting.key))
            continue;
        const bool isMain = std::ranges::any_of(
            kMainSettings, [&](const char* key) { return setting.key == QLatin1String(key); });
        auto* row = new SettingRow(m_context.appearance, setting, isMain ? this : m_moreRows);
        m_rows[setting.key] = row;
        (isMain ? m_mainColumn : m_moreColumn)->addWidget(row);
        connect(row, &SettingRow::edited, this, &SettingsPanel::change);
        connect(row, &SettingRow::problemChanged, this, &SettingsPanel::showStart);
    }
    showDraft();
}

void SettingsPanel::setDraft(RunDraft draft)
{
    if (draft.dataset.isEmpty())
        draft.dataset = m_datasets.chosen();
    m_draft = std::move(draft);
    showDraft();
    askCost();
    Q_EMIT draftChanged();
}

void SettingsPanel::setBlocked(const QString& because)
{
    m_blocked = because;
    showStart();
}

bool SettingsPanel::isOfNetwork(const QString& key) const
{
    const QString prefix = QStringLiteral("network.");
    const Json kind = m_draft.value(QStringLiteral("network.kind"));
    if (!key.startsWith(prefix) || key == QLatin1String("network.kind") || !kind.is_string())
        return true;
    const auto& kinds = networkKinds();
    const auto known = std::ranges::find(kinds, kind.get<std::string>(), &NetworkKind::name);
    return known == kinds.end() ||
           std::ranges::find(known->settings, key.mid(prefix.size()).toStdString()) !=
               known->settings.end();
}

void SettingsPanel::showDraft()
{
    const Json encoding = m_draft.value(QStringLiteral("encoding.name"));
    const QString name = encoding.is_string() ? QString::fromStdString(encoding.get<std::string>())
                                              : QStringLiteral("grid");
    for (const auto& [key, row] : m_rows) {
        row->show(m_draft.value(key), valueAt(m_draft.base, key));
        const SettingInfo* setting = m_catalogue.setting(key);
        const bool isOfEncoding =
            !setting || setting->encodings.isEmpty() || setting->encodings.contains(name);
        row->setVisible(isOfEncoding && isOfNetwork(key));
    }
    showModel();
    showDatasets();
    showVariants();
    showDevices();
    showStart();
}

bool SettingsPanel::holdsOut() const
{
    return m_draft.value(QStringLiteral("training.holdOut")) != Json(false);
}

void SettingsPanel::startFrom(const QString& model)
{
    Result<RunDraft> draft = startingFrom(m_draft, model, m_catalogue);
    if (draft)
        setDraft(std::move(draft).value());
    else
        m_context.notices.report(draft.error());
}

void SettingsPanel::startAfresh()
{
    RunDraft draft = m_draft;
    draft.from.clear();
    setDraft(std::move(draft));
}

void SettingsPanel::load(const QString& file)
{
    Result<RunDraft> draft = loadSettings(file, m_catalogue);
    if (!draft) {
        m_context.notices.report(draft.error());
        return;
    }
    draft->dataset = m_draft.dataset;
    setDraft(std::move(draft).value());
}

void SettingsPanel::save(const QString& file)
{
    if (const Status saved = saveSettings(m_draft, file); saved)
        m_context.notices.tell(tr("Saved %1.").arg(QFileInfo(file).fileName()));
    else
        m_context.notices.report(saved.error());
}

void SettingsPanel::showModel()
{
    const bool isRefining = !m_draft.from.isEmpty();
    m_fromRow->setVisible(isRefining);
    m_from->setText(isRefining ? modelInWords(m_draft.from) : QString());
    m_from->setCursorPosition(0);
    m_from->setToolTip(m_draft.from);
    const QString because =
        isRefining
            ? tr("As in the model it begins with, whose weights have this form. The cross beside "
                 "“Begins with” takes fresh ones.")
            : QString();
    for (const auto& [key, row] : m_rows)
        row->lock(isSettledByModel(key) ? because : QString());
    if (const auto patience = m_rows.find(QStringLiteral("training.patience"));
        patience != m_rows.end() && !holdsOut())
        patience->second->lock(tr("Nothing is held out, so nothing says when to end early."));
}

void SettingsPanel::showDatasets()
{
    const QSignalBlocker blocker(m_data);
    m_data->clear();
    for (const DatasetEntry& entry : m_datasets.entries()) {
        m_data->addItem(entry.name, entry.file);
        m_data->setItemData(m_data->count() - 1, entry.file, Qt::ToolTipRole);
    }
    m_data->addItem(tr("Other…"));
    m_data->setCurrentIndex(m_data->findData(m_datasets.chosen()));
    const DatasetFacts& facts = m_datasets.facts();
    QString words;
    if (m_datasets.chosen().isEmpty())
        words = tr("No dataset yet. Import a folder in the Dataset workspace, or choose a file.");
    else if (m_datasets.isBusy())
        words = tr("Reading…");
    else if (!facts.problem.isEmpty())
        words = facts.problem;
    else if (!holdsOut())
        words = tr("%1 to learn from, nothing held out")
                    .arg(countInWords(static_cast<std::int64_t>(facts.pieces)));
    else if (!facts.isDivided())
        words = tr("%1 pieces, not divided into training and held-out ones yet.")
                    .arg(countInWords(static_cast<std::int64_t>(facts.pieces)));
    else
        words = tr("%1 to learn from, %2 and %3 held out")
                    .arg(countInWords(static_cast<std::int64_t>(facts.train)),
                         countInWords(static_cast<std::int64_t>(facts.validation)),
                         countInWords(static_cast<std::int64_t>(facts.test)));
    m_dataWords->setText(words);
    m_divide->setVisible(!m_datasets.isBusy() && facts.problem.isEmpty() && facts.pieces > 0 &&
                         !facts.isDivided() && holdsOut());
    m_divide->setToolTip(tr(
        "80 of 100 pieces to learn from, 10 to judge by, 10 for the end; relatives stay together"));
}

void SettingsPanel::showDevices()
{
    const QSignalBlocker blocker(m_device);
    const QSignalBlocker other(m_precision);
    m_device->clear();
    const auto best = std::ranges::find_if(m_catalogue.devices(), [](const DeviceInfo& device) {
        return device.isAvailable && device.id != QLatin1String("cpu");
    });
    const QString automatic = best == m_catalogue.devices().end() ? tr("CPU") : best->name;
    m_device->addItem(tr("Automatic: %1").arg(automatic), QStringLiteral("auto"));
    auto* items = qobject_cast<QStandardItemModel*>(m_device->model());
    QStringList precisions{QStringLiteral("auto")};
    for (const DeviceInfo& device : m_catalogue.devices()) {
        m_device->addItem(device.isAvailable ? device.name
                                             : tr("%1: %2").arg(device.name, device.reason),
                          device.id);
        const int row = m_device->count() - 1;
        m_device->setItemData(
            row, device.isAvailable ? device.name : tr("Not available: %1").arg(device.reason),
            Qt::ToolTipRole);
        if (items && !device.isAvailable)
            items->item(row)->setEnabled(false);
        const bool isMeant = device.id == m_draft.device || m_draft.device == QLatin1String("auto");
        for (const QString& precision : device.precisions) {
            if (isMeant && !precisions.contains(precision))
                precisions << precision;
        }
    }
    m_device->setCurrentIndex(std::max(0, m_device->findData(m_draft.device)));
    m_device->setToolTip(tr("Where to compute"));
    m_precision->clear();
    if (const SettingInfo* setting = m_catalogue.setting(QStringLiteral("training.precision"))) {
        m_precision->setToolTip(setting->meaning);
        auto* model = qobject_cast<QStandardItemModel*>(m_precision->model());
        for (const QString& choice : setting->choices) {
            m_precision->addItem(choiceLabel(setting->key, choice), choice);
            if (model && precisions.size() > 1 && !precisions.contains(choice)) {
                model->item(m_precision->count() - 1)->setEnabled(false);
                m_precision->setItemData(m_precision->count() - 1,
                                         tr("This processor has no instructions for it"),
                                         Qt::ToolTipRole);
            }
        }
        m_precision->setCurrentIndex(
            std::max(0, m_precision->findData(settingToText(m_draft.value(setting->key)))));
    }
}

void SettingsPanel::showVariants()
{
    const QSignalBlocker blocker(m_variant);
    m_variant->clear();
    m_variant->addItem(tr("as it is"), QString());
    const PresetInfo* preset = m_catalogue.preset(m_draft.preset);
    if (preset) {
        for (const VariantInfo& variant : preset->variants) {
            m_variant->addItem(variant.name, variant.name);
            m_variant->setItemData(m_variant->count() - 1, variant.description, Qt::ToolTipRole);
        }
    }
    m_variant->setCurrentIndex(std::max(0, m_variant->findData(m_draft.variant)));
    const VariantInfo* chosen = preset ? preset->variant(m_draft.variant) : nullptr;
    m_variant->setToolTip(chosen ? chosen->description : tr("Another form of the same system"));
    setEnabledBecause(*m_variant, preset && preset->variants.empty()
                                      ? tr("This system has no other form")
                                      : QString());
}

void SettingsPanel::change(const QString& key, const Json& value)
{
    m_draft.set(key, value);
    if (key == QLatin1String("training.holdOut")) {
        showModel();
        showDatasets();
    }
    askCost();
    showStart();
    Q_EMIT draftChanged();
}

void SettingsPanel::chooseDataset()
{
    if (!m_data->currentData().isNull()) {
        m_datasets.choose(m_data->currentData().toString());
        return;
    }
    showDatasets();
    auto* dialog = new QFileDialog(this, tr("Choose a dataset"), m_context.paths.datasets(),
                                   tr("Datasets (*.continuo-dataset)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, &m_datasets, &DatasetChoice::choose);
    dialog->open();
}

void SettingsPanel::askCost()
{
    m_costSoon.start(kCostAfterMs);
    showCost();
}

void SettingsPanel::showCost()
{
    const std::optional<TrainingCost> cost = m_probe.cost(m_draft.arguments());
    const QString problem = m_probe.problem(m_draft.arguments());
    const QString waiting = problem.isEmpty()
                                ? whyNoStart().isEmpty() ? tr("measuring…") : QStringLiteral("–")
                                : QStringLiteral("–");
    m_weights->setText(cost ? countInWords(cost->parameters) : waiting);
    m_memory->setText(cost ? bytesInWords(cost->memoryBytes) : waiting);
    m_memory->setToolTip(cost ? tr("And up to %1 on the disk").arg(bytesInWords(cost->diskBytes))
                              : QString());
    m_epoch->setText(cost ? tr("about %1, probed").arg(spanInWords(cost->secondsPerEpoch))
                          : waiting);
    m_epoch->setToolTip(cost ? tr("%1 in all").arg(spanInWords(cost->seconds)) : QString());
    m_where->setText(
        cost ? m_catalogue.whereInWords(cost->device) +
                   (cost->precision.isEmpty() ? QString() : tr(", %1").arg(cost->precision))
        : problem.isEmpty() ? waiting
                            : problem);
    showStart();
}

QString SettingsPanel::whyNoStart() const
{
    if (!m_blocked.isEmpty())
        return m_blocked;
    if (m_draft.preset.isEmpty())
        return tr("The engine has not told yet what can be trained");
    if (m_draft.dataset.isEmpty())
        return tr("Choose a dataset first");
    if (m_datasets.isBusy())
        return tr("The dataset is being read");
    if (!m_datasets.facts().problem.isEmpty())
        return m_datasets.facts().problem;
    if (!m_datasets.facts().isDivided() && holdsOut())
        return tr("The dataset is not divided into training and held-out pieces yet");
    for (const auto& [key, row] : m_rows) {
        if (!row->problem().isEmpty())
            return row->problem();
    }
    return {};
}

void SettingsPanel::showStart()
{
    const QString problem = m_probe.problem(m_draft.arguments());
    const QString because = whyNoStart();
    setEnabledBecause(*m_start, because.isEmpty() ? problem : because);
    m_links->setBlocked(m_draft.preset.isEmpty() ? because : QString());
}

} // namespace continuo::ui
