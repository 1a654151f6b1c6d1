// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/set_chooser.h"

#include "ui/base/appearance.h"
#include "ui/base/icons.h"
#include "ui/base/panel.h"
#include "ui/dataset/dataset_session.h"
#include "ui/dataset/file_place.h"
#include "ui/dataset/recipe_editor.h"

#include <QDir>
#include <QFileDialog>
#include <QMenu>
#include <QStyleOptionToolButton>
#include <QStylePainter>

namespace continuo::ui {

SetChooser::SetChooser(const Appearance& appearance, DatasetSession& session, QString folder,
                       QWidget* parent)
    : QToolButton(parent)
    , m_appearance(appearance)
    , m_session(session)
    , m_folder(std::move(folder))
    , m_menu(new QMenu(this))
{
    setProperty("field", true);
    setPopupMode(InstantPopup);
    setMenu(m_menu);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_menu->setToolTipsVisible(true);
    connect(m_menu, &QMenu::aboutToShow, this, &SetChooser::fill);
    connect(&session, &DatasetSession::stateChanged, this, &SetChooser::refresh);
    connect(&session, &DatasetSession::workChanged, this, &SetChooser::refresh);
    refresh();
}

void SetChooser::refresh()
{
    setText(m_session.name());
    setAccessibleName(tr("Dataset: %1").arg(m_session.name()));
    setToolTip(m_session.path().isEmpty() ? tr("Choose a dataset") : m_session.path());
}

void SetChooser::fill()
{
    m_menu->clear();
    const QFileInfoList sets =
        QDir(m_folder).entryInfoList({QStringLiteral("*") + DatasetSession::ending()}, QDir::Files,
                                     QDir::Name | QDir::IgnoreCase);
    for (const QFileInfo& set : sets) {
        QString name = set.fileName().chopped(DatasetSession::ending().size());
        const QString path = set.absoluteFilePath();
        QAction* action = m_menu->addAction(name.replace(QLatin1Char('&'), QLatin1String("&&")),
                                            this, [this, path] { m_session.open(path); });
        action->setToolTip(path);
        action->setCheckable(true);
        action->setChecked(path == m_session.path());
    }
    if (!sets.isEmpty())
        m_menu->addSeparator();
    m_menu->addAction(tr("Open a set…"), this, &SetChooser::chooseFile);
    m_menu->addAction(tr("New set"), this, [this] { m_session.beginNew(); });
    m_menu->addSeparator();
    const QString none = m_session.path().isEmpty() ? tr("No set is in view yet.") : QString();
    setEnabledBecause(*m_menu->addAction(tr("Save a copy as…"), this, &SetChooser::chooseCopy),
                      !none.isEmpty()                   ? none
                      : m_session.recipe().isApplying() ? tr("The recipe is being applied.")
                                                        : m_session.recipe().whyNot());
    setEnabledBecause(*m_menu->addAction(tr("Show in file manager"), this, &SetChooser::showOnDisk),
                      none);
}

void SetChooser::chooseCopy()
{
    auto* dialog = new QFileDialog(this, tr("Save a copy of the dataset"),
                                   QFileInfo(m_session.path()).absolutePath(),
                                   tr("Datasets (*%1)").arg(DatasetSession::ending()));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setOption(QFileDialog::DontConfirmOverwrite); // No set is ever replaced by a copy.
    dialog->selectFile(tr("%1 copy").arg(m_session.name()) + DatasetSession::ending());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        m_session.saveCopy(
            file.endsWith(DatasetSession::ending()) ? file : file + DatasetSession::ending());
    });
    dialog->open();
}

void SetChooser::showOnDisk()
{
    const FilePlace place{m_session.path()};
    if (!showInFileManager(place))
        Q_EMIT failed(noFileManagerInWords(place));
}

void SetChooser::chooseFile()
{
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open a dataset"), m_folder,
        tr("Datasets (*%1);;All files (*)").arg(DatasetSession::ending()));
    if (!path.isEmpty())
        m_session.open(path);
}

void SetChooser::paintEvent(QPaintEvent*)
{
    constexpr int kChevron = 12;
    constexpr int kPad = 10;
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    const QString name = option.text;
    option.text.clear();
    painter.drawComplexControl(QStyle::CC_ToolButton, option);
    // A long name is cut in the middle, so that the number at its end stays.
    const QRect place = rect().adjusted(kPad, 0, -(kPad + kChevron + 6), 0);
    painter.setPen(m_appearance.palette().text);
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter,
                     option.fontMetrics.elidedText(name, Qt::ElideMiddle, place.width()));
    painter.drawPixmap(QPoint(width() - kPad - kChevron, (height() - kChevron) / 2),
                       iconPixmap(QStringLiteral("chevron_down"), m_appearance.palette().muted,
                                  kChevron, devicePixelRatioF()));
}

} // namespace continuo::ui
