// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/dataset_page.h"

namespace continuo::ui {

DatasetPage::DatasetPage(const StudioContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
{
}

void DatasetPage::open(const QString&)
{
}

void DatasetPage::importPaths(const QStringList&)
{
}

} // namespace continuo::ui
