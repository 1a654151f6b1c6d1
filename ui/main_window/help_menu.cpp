// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/help_menu.h"

#include "ui/base/panel.h"

#include <QAbstractButton>
#include <QAction>
#include <QCoreApplication>
#include <QFile>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeySequence>
#include <QLabel>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace continuo::ui {

namespace {

constexpr int kColumns = 2;

QString withoutMarks(QString words)
{
    return words.remove(QLatin1Char('&'));
}

QString keysInWords(const QList<QKeySequence>& keys)
{
    QStringList words;
    for (const QKeySequence& key : keys)
        words << key.toString(QKeySequence::NativeText);
    return words.join(ShortcutSheet::tr(" or "));
}

void collect(const QMenu& menu, const QString& group, std::vector<ShortcutLine>& lines)
{
    for (const QAction* action : menu.actions()) {
        if (action->menu())
            collect(*action->menu(), group, lines);
        else if (!action->shortcuts().isEmpty())
            lines.push_back(
                {group, withoutMarks(action->text()), keysInWords(action->shortcuts())});
    }
}

QPushButton* closeButton(QDialog& dialog)
{
    QPushButton* close = button(QDialog::tr("Close"), &dialog);
    close->setDefault(true);
    QObject::connect(close, &QPushButton::clicked, &dialog, &QDialog::accept);
    return close;
}

} // namespace

std::vector<ShortcutLine> shortcutsOf(const QMainWindow& window)
{
    std::vector<ShortcutLine> lines;
    for (const QAction* top : window.menuBar()->actions()) {
        if (top->menu())
            collect(*top->menu(), withoutMarks(top->text()), lines);
    }
    for (const QAbstractButton* one : window.findChildren<QAbstractButton*>()) {
        if (!one->shortcut().isEmpty()) {
            const QString name = one->text().isEmpty() ? one->accessibleName() : one->text();
            lines.push_back(
                {ShortcutSheet::tr("Window"), withoutMarks(name), keysInWords({one->shortcut()})});
        }
    }
    return lines;
}

ShortcutSheet::ShortcutSheet(QMainWindow& window)
    : QDialog(&window)
{
    setWindowTitle(tr("Keyboard shortcuts"));
    auto* sheet = new QWidget;
    setSurface(*sheet, Surface::Panel);
    auto* columns = new QHBoxLayout(sheet);
    columns->setContentsMargins(24, 16, 24, 24);
    columns->setSpacing(48);
    const std::vector<ShortcutLine> lines = shortcutsOf(window);
    QGridLayout* grid = nullptr;
    QString group;
    std::size_t placed = 0;
    const auto endColumn = [&grid] { grid->setRowStretch(grid->rowCount(), 1); };
    for (const ShortcutLine& line : lines) {
        // The second column begins with a group behind the middle, so that no group is torn apart.
        const bool isGroup = line.group != group;
        if (!grid ||
            (isGroup && columns->count() < kColumns && placed * kColumns >= lines.size())) {
            if (grid)
                endColumn();
            grid = new QGridLayout;
            grid->setHorizontalSpacing(24);
            grid->setVerticalSpacing(4);
            grid->setColumnStretch(0, 1);
            columns->addLayout(grid, 1);
        }
        if (isGroup) {
            group = line.group;
            auto* heading = label(group, TextRole::Heading, sheet);
            heading->setContentsMargins(0, 12, 0, 2);
            grid->addWidget(heading, grid->rowCount(), 0, 1, 2);
        }
        const int row = grid->rowCount();
        grid->addWidget(label(line.action, TextRole::Plain, sheet), row, 0);
        grid->addWidget(label(line.keys, TextRole::Chip, sheet), row, 1, Qt::AlignRight);
        ++placed;
    }
    if (grid)
        endColumn();

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setAccessibleName(windowTitle());
    scroll->setWidget(sheet);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 12);
    column->setSpacing(12);
    column->addWidget(scroll, 1);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 16, 0);
    row->addStretch();
    row->addWidget(closeButton(*this));
    column->addLayout(row);
    resize(720, 620);
}

AboutDialog::AboutDialog(QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("About Continuo"));
    QFile file(QStringLiteral(":/LICENSE"));
    const QString licence =
        file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    auto* words = label(tr("A studio for neural melody generation. It works without network and "
                           "account; what you make with it is yours.\n\n"
                           "Continuo is free software under the GNU General Public License, "
                           "version 3 or later, without any warranty."),
                        TextRole::Plain, this);
    words->setWordWrap(true);
    auto* text = new QPlainTextEdit(licence, this);
    text->setReadOnly(true);
    text->setAccessibleName(tr("Licence"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 16);
    column->setSpacing(12);
    column->addWidget(label(tr("Continuo %1").arg(QCoreApplication::applicationVersion()),
                            TextRole::Title, this));
    column->addWidget(words);
    column->addWidget(text, 1);
    column->addWidget(
        label(tr("Built with Qt %1").arg(QLatin1String(qVersion())), TextRole::Small, this));
    auto* row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(closeButton(*this));
    column->addLayout(row);
    resize(600, 520);
}

} // namespace continuo::ui
