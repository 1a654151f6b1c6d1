// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/settings_links.h"

#include "ui/base/panel.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QSettings>

namespace continuo::ui {

namespace {

constexpr auto kFolderKey = "train/settingsFolder";

} // namespace

SettingsLinks::SettingsLinks(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_menu(new QMenu(this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_model = add(tr("Start from a model…"),
                  tr("Begins with the weights of a model instead of fresh ones, to refine it"));
    m_save = add(tr("Save settings…"), tr("Writes these settings to a file, which “continuo train "
                                          "FILE” reads, too; the data is not part of it"));
    m_load = add(tr("Load…"), QString());
    m_load->setAccessibleName(tr("Load settings…"));
    m_load->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_O);
    m_load->setToolTip(tr("Takes settings from a file that was saved here, from a run's "
                          "config.json or a job file (%1)")
                           .arg(m_load->shortcut().toString(QKeySequence::NativeText)));
    row->addStretch();
    connect(m_model, &QPushButton::clicked, this, [this] {
        fillMenu();
        m_menu->popup(m_model->mapToGlobal(QPoint(0, -m_menu->sizeHint().height())));
    });
    connect(m_save, &QPushButton::clicked, this, [this] { chooseSettings(true); });
    connect(m_load, &QPushButton::clicked, this, [this] { chooseSettings(false); });
}

QPushButton* SettingsLinks::add(const QString& text, const QString& help)
{
    auto* made = quietButton(text, this);
    made->setProperty("small", true);
    made->setToolTip(help);
    layout()->addWidget(made);
    return made;
}

void SettingsLinks::setModels(std::vector<StartModel> models)
{
    m_models = std::move(models);
}

void SettingsLinks::setBlocked(const QString& because)
{
    for (QPushButton* each : {m_model, m_save, m_load})
        setEnabledBecause(*each, because);
}

void SettingsLinks::fillMenu()
{
    m_menu->clear();
    for (const StartModel& model : m_models) {
        QAction* action = m_menu->addAction(
            model.name, this, [this, file = model.file] { Q_EMIT modelChosen(file); });
        action->setToolTip(model.file);
    }
    m_menu->addSeparator();
    m_menu->addAction(tr("A model file…"), this, &SettingsLinks::chooseModelFile);
}

void SettingsLinks::chooseModelFile()
{
    auto* dialog = new QFileDialog(this, tr("Start from a model"), m_context.paths.runs(),
                                   tr("Models (*.safetensors)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &SettingsLinks::modelChosen);
    dialog->open();
}

void SettingsLinks::chooseSettings(bool isToSave)
{
    QString folder = m_context.settings.value(kFolderKey).toString();
    if (folder.isEmpty() || !QDir(folder).exists())
        folder = QDir::homePath();
    auto* dialog = new QFileDialog(this, isToSave ? tr("Save settings") : tr("Load settings"),
                                   folder, tr("Settings (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(isToSave ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(isToSave ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    dialog->setDefaultSuffix(QStringLiteral("json"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, isToSave](const QString& file) {
        m_context.settings.setValue(kFolderKey, QFileInfo(file).absolutePath());
        if (isToSave)
            Q_EMIT saveChosen(file);
        else
            Q_EMIT loadChosen(file);
    });
    dialog->open();
}

} // namespace continuo::ui
